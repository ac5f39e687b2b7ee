using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;
using MPCache.Sessions;

namespace MPCache.Testing;

/// <summary>The records that client, server and dealer tell each other, each used as its hearer uses it, and the file of masked weights.</summary>
internal static class RecordTargets
{
    private static readonly GenerationRequest s_request = new() { PromptTokens = 5, MaxTokens = 3, Policy = "full", Reveal = "token" };

    private static readonly Lazy<ServerModel> s_model = new(() =>
    {
        using var folder = new TempFolder();
        using ModelFile file = ModelFile.Open(folder.Write("tiny.gguf", TinyModel.Gguf("llama", context: 64).Build().File));
        return ServerModel.Load(file, folder.Path);
    });

    private static readonly string s_pack = new('A', 32);

    private static readonly PartySeed s_seed = new(new byte[16], new byte[16]);

    public static IEnumerable<FuzzTarget> All { get; } =
    [
        Record(Conversation.Model, () => [s_model.Value.Public], Deals),
        Record(Conversation.PackOfClient, () => [new PackSpent(s_pack)]),
        Record(Conversation.PackOfServer, () => [new PackSpent(s_pack)]),
        Record(
            Conversation.Request,
            () => [new(s_request, true), new(s_request, true, [s_pack]), .. Requests().Select(r => new ClientHello(r, false))],
            hello => Asks(hello.Request)),
        Record(Conversation.Granted, () => [new Granted()]),
        Record(Conversation.ModelForDealer, () => [s_model.Value.ForDealer(s_request)], told => Deals(told.Model)),
        Record(Conversation.RequestForDealer, () => [.. Requests().Select(r => new DealerRequest(r, new string('A', 64)))],
            asked => Asks(asked.Request)),
        Record(Conversation.ClientSeed, () => [s_seed]),
        Record(Conversation.ServerSeed, () => [s_seed]),
        Record(Conversation.Next, () => [new NextStep(true, 1, 1)]),
        Record(Conversation.PassOfClient, () => [new NextStep(true, 1, 1)]),
        Record(Conversation.PassOfServer, () => [new NextStep(true, 1, 1)]),
        Record(Conversation.ServerReport, () => [Report]),
        Record(Conversation.Finished, () => [NextStep.Done]),
        Record(Conversation.DealerReport, () => [Report]),
        MaskedWeights(),
        PackPart("pack-ticket", () => Message.Canonical(Ticket), path => _ = PackTicket.Read(path)),
        PackPart("pack-order", () => Message.Canonical(new DealOrder(s_model.Value.Public, s_model.Value.ForDealer(s_request).MaskSeed)),
            path => _ = DealOrder.Read(path)),
    ];

    private static PackTicket Ticket => new()
    {
        Version = Conversation.Version,
        Id = s_pack,
        Side = "server",
        Model = "tiny",
        Request = s_request,
        Commitment = new string('B', 64),
        Seed = s_seed,
        DealtBytes = 1000,
        BlockKey = new byte[32],
    };

    /// <summary>A small secret file of a pack, read as its owner reads it.</summary>
    private static FuzzTarget PackPart(string name, Func<byte[]> good, Action<string> read) => new(name, new(() => [good()]), bytes =>
    {
        using var folder = new TempFolder();
        try
        {
            read(folder.Write(name, bytes));
            return "read";
        }
        catch (IOException refusal) when (refusal.Message.Contains(name, StringComparison.Ordinal))
        {
            return refusal.Message.Split(name)[1];
        }
    })
    {
        IsJson = true,
    };

    private static ProcessReport Report => new() { Dealt = [1, 2], DealtByKind = new() { ["products"] = 3 }, PeakMemoryMb = 1 };

    private static IEnumerable<GenerationRequest> Requests() => new[]
    {
        "full",
        "mpcache --static-ratio 0.4 --level1 32:0.5 --skip-layers 2",
        "mpcache+ --layer-budgets 64,32x4,192",
        "snapkv --budget 40 --window 8",
        "window --budget 12",
    }.Select(policy => s_request with { Policy = policy });

    private static FuzzTarget Record<T>(Message<T> message, Func<T[]> good, Action<T>? use = null) => new(
        $"record-{message.Name}",
        new(() => [.. good().Select(body => Told(message, body))]),
        bytes =>
        {
            (MemoryChannel from, MemoryChannel to) = MemoryChannel.Pair();
            from.Send(FrameKind.Control, bytes.AsSpan(0, Math.Min(bytes.Length, message.Longest)));
            try
            {
                T body = message.Hear(to);
                use?.Invoke(body);
                return "read";
            }
            catch (SessionException refusal) when (refusal.Reason is not EndReason.Internal)
            {
                return $"{refusal.Reason}: {refusal.Message}";
            }
        })
    {
        IsJson = true,
    };

    private static byte[] Told<T>(Message<T> message, T body)
    {
        (MemoryChannel from, MemoryChannel to) = MemoryChannel.Pair();
        message.Tell(from, body);
        return to.Receive(FrameKind.Control, message.Longest);
    }

    /// <summary>What a dealer, or a client, does with a model that passed its check.</summary>
    private static void Deals(PublicModel model)
    {
        _ = Conversation.Commitment(model, s_request);
        if (new ModelLayout(model.Config).Bytes is > 0 and < 64 << 20)
        {
            Costs(model, s_request);
        }
    }

    /// <summary>What a server, or a dealer, does with a request.</summary>
    private static void Asks(GenerationRequest request)
    {
        try
        {
            request.Check(s_model.Value.Public.Config);
        }
        catch (ArgumentException e)
        {
            throw new SessionException(EndReason.MakesNoSense, e.Message, e);
        }

        new ServerTerms { MaxPromptTokens = 40 }.Check(request);
        _ = Conversation.Commitment(s_model.Value.Public, request);
        Costs(s_model.Value.Public, request);
    }

    /// <summary>The whole program, counted: its shapes are those of a run.</summary>
    private static void Costs(PublicModel model, GenerationRequest request)
    {
        try
        {
            request.Check(model.Config);
        }
        catch (ArgumentException e)
        {
            throw new SessionException(EndReason.MakesNoSense, e.Message, e);
        }

        using var costs = new CostModel(model.Config, model.Plan, request);
        costs.Prefill();
        if (request.MaxTokens > 1)
        {
            costs.Decode();
        }
    }

    /// <summary>The file of masked weights and the key under which its hash stands, by their names.</summary>
    private static readonly Lazy<Dictionary<string, byte[]>> s_kept = new(() =>
    {
        using var folder = new TempFolder();
        (MemoryChannel server, MemoryChannel client) = MemoryChannel.Pair();
        s_model.Value.SendMasked(server);
        MaskedWeightsFile.Receive(folder.Path, s_model.Value.Public, 1L << 30, client, null).Dispose();
        return Directory.GetFiles(folder.Path).ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes);
    });

    private static FuzzTarget MaskedWeights() => new("masked-weights", new(() => [Kept]), bytes =>
    {
        using var folder = new TempFolder();
        foreach ((string name, byte[] good) in s_kept.Value)
        {
            folder.Write(name, ReferenceEquals(good, Kept) ? bytes : good);
        }

        using MaskedWeightsFile? file = MaskedWeightsFile.TryOpen(folder.Path, s_model.Value.Public);
        return file is null ? "refused"
            : bytes.AsSpan().SequenceEqual(Kept) ? "read" : throw new InvalidDataException("A damaged file was believed.");
    })
    {
        Header = 1 << 10,
    };

    private static byte[] Kept => s_kept.Value.Single(f => f.Key.EndsWith(".masked", StringComparison.Ordinal)).Value;
}
