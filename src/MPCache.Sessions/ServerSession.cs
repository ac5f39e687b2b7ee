using System.Diagnostics;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>The server's part of one generation.</summary>
public static class ServerSession
{
    /// <summary>Serves one client over links that are already up, to the end.</summary>
    /// <param name="model">The model.</param>
    /// <param name="terms">What the client may ask for.</param>
    /// <param name="client">Link to the client.</param>
    /// <param name="dealer">Link to the dealer; null where packs take its place.</param>
    /// <param name="log">Told what happens; sizes only.</param>
    /// <param name="packs">What was dealt ahead; needed where there is no dealer.</param>
    /// <returns>Number of tokens generated.</returns>
    /// <exception cref="SessionException">The client asks for what is not allowed or makes no sense.</exception>
    /// <exception cref="ChannelException">A link failed.</exception>
    public static int Run(ServerModel model, ServerTerms terms, IChannel client, IChannel? dealer, Action<string>? log = null,
        PackStore? packs = null)
    {
        Conversation.Model.Tell(client, model.Public);
        ClientHello hello = Conversation.Request.Hear(client);
        GenerationRequest request = hello.Request;
        request.Check(model.Public.Config);
        terms.Check(request);
        string? pack = Pack(hello, dealer, packs, Conversation.Commitment(model.Public, request));
        Conversation.Granted.Tell(client, new Granted(pack));
        using Dealt? online = pack is null ? FromDealer(model, request, dealer!) : null;
        if (!hello.HasMaskedWeights)
        {
            log?.Invoke("sending masked weights");
            model.SendMasked(client);
        }

        using Dealt? ahead = pack is null ? null : Begin(packs!, pack, client, log);
        return Run(model, request, client, dealer, (online ?? ahead)!, log);
    }

    /// <summary>The pack to use; null for the dealer.</summary>
    private static string? Pack(ClientHello hello, IChannel? dealer, PackStore? packs, string commitment)
    {
        if (dealer is null)
        {
            return (packs ?? throw new ArgumentException("A session needs a dealer or packs.")).Choose(hello.Packs, commitment);
        }

        return hello.Packs is null ? null : throw new SessionException(EndReason.NoPack,
            "The client brings packs, and this server uses a dealer: start it with --packs for such clients.");
    }

    private static Dealt FromDealer(ServerModel model, GenerationRequest request, IChannel dealer)
    {
        Conversation.ModelForDealer.Tell(dealer, model.ForDealer(request));
        return new Dealt(Conversation.ServerSeed.Hear(dealer).TakeKeys(), new CorrectionReader(dealer), null);
    }

    /// <summary>Marks a pack as spent once the client has: only then anything of the protocol is sent.</summary>
    private static Dealt Begin(PackStore packs, string pack, IChannel client, Action<string>? log)
    {
        if (Conversation.PackOfClient.Hear(client).Pack != pack)
        {
            throw new SessionException(EndReason.OutOfTurn, $"{client.Peer} marked another pack than the one that was chosen. None was "
                + $"begun here.");
        }

        (PackTicket ticket, PackReader corrections) = packs.TakeWhole(pack, "session");
        log?.Invoke($"begun: pack {pack}");
        Conversation.PackOfServer.Tell(client, new PackSpent(pack));
        return new Dealt(ticket.Seed.TakeKeys(), new CorrectionReader(corrections), corrections);
    }

    private sealed record Dealt(SessionKeys Keys, CorrectionReader Corrections, IDisposable? File) : IDisposable
    {
        public void Dispose()
        {
            Keys.Dispose();
            File?.Dispose();
        }
    }

    private static int Run(ServerModel model, GenerationRequest request, IChannel client, IChannel? dealer, Dealt from, Action<string>? log)
    {
        log?.Invoke($"prompt of {request.PromptTokens} tokens");
        var correlations = new ServerCorrelations(from.Keys.Seed, from.Corrections);
        using var mpc = new Mpc(Role.Server, correlations, client, from.Keys.Coins);
        using var program = new SecretProgram(mpc, model.Public.Config, model.Public.Plan, model.Weights, request);
        var dealt = new List<long>();
        program.Prefill(new int[request.PromptTokens]);
        var meter = new DecodeMeter(mpc);
        dealt.Add(correlations.Dealt);
        var passes = new PassCount(request);
        for (NextStep next = Hear(); next.More; next = Hear())
        {
            program.Keep(next.Kept);
            program.Decode(new int[next.Rows]);
            dealt.Add(correlations.Dealt);
        }

        Conversation.ServerReport
            .Tell(client, ProcessMeter.Report([.. dealt]) with { Decode = meter.Read(), DealtByKind = correlations.DealtByKind() });
        return passes.Tokens;

        NextStep Hear()
        {
            NextStep next = Conversation.Next.Hear(client);
            passes.Take(next, client.Peer);
            if (request.DraftTokens > 0)
            {
                Conversation.PassOfServer.Tell(dealer!, next);
            }

            return next;
        }
    }
}
