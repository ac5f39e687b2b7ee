using System.Diagnostics;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>The client's part of one generation.</summary>
public static class ClientSession
{
    /// <summary>
    /// Generates over links that are already up. The prompt's ids leave this process only as shares.
    /// </summary>
    /// <param name="prompt">Ids.</param>
    /// <param name="request">Sizes, policy and what is opened to the client.</param>
    /// <param name="options">What is the client's own.</param>
    /// <param name="server">Link to the server.</param>
    /// <param name="dealer">Link to the dealer; null where the options' packs take its place.</param>
    /// <param name="observer">Progress; called from a thread of its own, so that what it does delays no message.</param>
    /// <exception cref="SessionException">A peer said what makes no sense, or the server's model does not fit the prompt or the
    /// folder.</exception>
    /// <exception cref="ChannelException">A link failed, or a peer gave up.</exception>
    public static GenerationReport Run(
        int[] prompt,
        GenerationRequest request,
        ClientOptions options,
        IChannel server,
        IChannel? dealer,
        IGenerationObserver observer)
    {
        using var told = new QueuedObserver(observer);
        var clock = Stopwatch.StartNew();
        PublicModel model = Conversation.Model.Hear(server);
        request = Shaped(request, options.Sampling, model);
        CheckFits(prompt, request, model);
        MaskedWeightsFile? kept = MaskedWeightsFile.TryOpen(options.Folder, model);
        string commitment = Conversation.Commitment(model, request);
        string[]? packs = dealer is null ? Packs(options).Offer(request, commitment) : null;
        Conversation.Request.Tell(server, new ClientHello(request, kept is not null, packs));
        string? pack = Conversation.Granted.Hear(server).Pack;
        using SessionKeys? online = dealer is null ? null : FromDealer(dealer, request, commitment);
        using MaskedWeightsFile file = kept
            ?? MaskedWeightsFile.Receive(options.Folder, model, options.MostWeightBytes, server, told.Receiving);
        using SessionKeys? ahead = dealer is null ? Begin(options, packs!, pack, server) : null;
        SessionKeys keys = (online ?? ahead)!;
        using var mpc = new Mpc(Role.Client, new ClientCorrelations(keys.Seed), server, keys.Coins);
        return Generate(prompt, request, options, server, dealer, told, model, file, mpc, clock);
    }

    private static PackStore Packs(ClientOptions options)
    {
        PackStore packs = options.Packs ?? throw new ArgumentException("A session needs a dealer or packs.");
        packs.Sweep();
        return packs;
    }

    private static SessionKeys FromDealer(IChannel dealer, GenerationRequest request, string commitment)
    {
        Conversation.RequestForDealer.Tell(dealer, new DealerRequest(request, commitment));
        return Conversation.ClientSeed.Hear(dealer).TakeKeys();
    }

    /// <summary>Marks the pack that the server chose as spent, and waits until the server has: only then anything is sent.</summary>
    private static SessionKeys Begin(ClientOptions options, string[] offered, string? pack, IChannel server)
    {
        if (pack is null || !offered.Contains(pack))
        {
            throw new SessionException(EndReason.OutOfTurn, $"{server.Peer} granted the request without one of the packs that it was "
                + $"offered. None was begun.");
        }

        PackTicket ticket = options.Packs!.Take(pack, "session");
        options.Notice?.Invoke($"begun: pack {pack}");
        Conversation.PackOfClient.Tell(server, new PackSpent(pack));
        return Conversation.PackOfServer.Hear(server).Pack == pack ? ticket.Seed.TakeKeys() : throw new SessionException(
            EndReason.OutOfTurn,
            $"{server.Peer} began another pack than the one that it chose.");
    }

    private static GenerationReport Generate(
        int[] prompt,
        GenerationRequest request,
        ClientOptions options,
        IChannel server,
        IChannel? dealer,
        QueuedObserver observer,
        PublicModel model,
        MaskedWeightsFile file,
        Mpc mpc,
        Stopwatch clock)
    {
        using var costs = new CostModel(model.Config, model.Plan, request);
        using var sampler = new Sampler(options.Sampling);
        using var program = new SecretProgram(
            mpc,
            model.Config,
            model.Plan,
            new MaskedModelWeights(model.Config, model.Plan, file.Start),
            request,
            sampler);
        program.Progress = done => observer.Prefilled(done, prompt.Length);
        ChannelTraffic setupServer = server.Traffic, setupDealer = dealer?.Traffic ?? default;
        var setup = new PhaseLine
        {
            Seconds = clock.Elapsed.TotalSeconds,
            Bytes = new BytesLine
            {
                ClientToServer = setupServer.PayloadSent,
                ServerToClient = setupServer.PayloadReceived,
                DealerToClient = setupDealer.PayloadReceived,
                ToDealer = setupDealer.PayloadSent,
            },
        };
        observer.Ready(model);

        var speculation = new Speculation(options.Drafter, request.DraftTokens, options.FullPasses);
        List<int> text = [.. prompt], tokens = [];
        var steps = new List<Pass>();
        Cost before = default;
        DecodeMeter? meter = null; // from the end of the prompt on
        int ended = -1;            // where the text ends, in a run that goes on after it
        int[] rows = [];
        for (bool more = true; more;)
        {
            clock.Restart();
            int[] choices = steps.Count == 0 ? [program.Prefill(prompt)] : program.Decode(rows);
            double seconds = clock.Elapsed.TotalSeconds;
            meter ??= new DecodeMeter(mpc);
            Cost now = mpc.Measured, predicted = steps.Count == 0 ? costs.Prefill() : costs.Decode(rows.Length);
            bool? leftRange = request.FillCache ? null : program.LeftRange;
            if (leftRange == true)
            {
                observer.LeftRange(tokens.Count);
            }

            int kept = 0, right = steps.Count == 0 ? 1 : Speculation.Kept(rows, choices);
            while (kept < right && (ended < 0 || options.FixedLength))
            {
                int token = choices[kept++];
                text.Add(token);
                tokens.Add(token);
                if (ended < 0)
                {
                    observer.Token(token, seconds / right);
                    ended = !request.FillCache && options.Ends(tokens) ? tokens.Count : -1;
                }
            }

            steps.Add(new Pass(seconds, now - before, predicted, leftRange, kept));
            before = now;
            more = tokens.Count < request.MaxTokens && (options.FixedLength || ended < 0);
            rows = more ? speculation.Rows(text, request.MaxTokens - tokens.Count) : [];
            var next = new NextStep(more, kept, rows.Length);
            Conversation.Next.Tell(server, next);
            if (request.DraftTokens > 0)
            {
                Conversation.PassOfClient.Tell(dealer!, next);
            }

            program.Keep(kept);
            costs.Keep(kept);
        }

        DecodeShare own = meter!.Read();
        ProcessReport serverReport = Conversation.ServerReport.Hear(server);
        if (serverReport.Dealt.Length != steps.Count)
        {
            throw new SessionException(EndReason.MakesNoSense, $"{server.Peer} reports {serverReport.Dealt.Length} steps where "
                + $"{steps.Count} were run.");
        }

        ProcessReport clientReport = ProcessMeter.Report([]);
        Dictionary<string, ProcessReport> processes = new()
        {
            ["client"] = clientReport with { Decode = own },
            ["server"] = serverReport,
        };
        if (dealer is not null)
        {
            Conversation.Finished.Tell(dealer, NextStep.Done);
            processes["dealer"] = Conversation.DealerReport.Hear(dealer);
        }

        PhaseLine[] lines = [.. steps.Select((s, i) => Line(s.Seconds,
            s.Measured with { Dealt = serverReport.Dealt[i] - (i == 0
                ? 0
                : serverReport.Dealt[i - 1]) }, s.Predicted) with { LeftRange = s.LeftRange, Tokens = s.Tokens })];
        int[] generated = [.. ended < 0 ? tokens : tokens.Take(ended)];
        return new GenerationReport
        {
            Model = new ModelLine(model.Config.Name, model.Sha256, model.Config.Parameters),
            Policy = request.CachePolicy.Name,
            Cache = CacheLine.Of(request.CachePolicy, prompt.Length, tokens.Count - 1, model.Config.Layers),
            Engine = "private",
            InstructionSet = Kernel.InstructionSet,
            PromptIds = prompt,
            Tokens = generated,
            Text = options.Text(generated),
            Sampling = SamplingLine.Of(options.Sampling),
            Setup = setup,
            Prefill = lines[0],
            Decode = lines[1..],
            Stages = [.. mpc.Tally.Stages.Zip(
                costs.Tally.Stages,
                (own, cost) => new StageLine(own.Name, own.Time.TotalSeconds, own.Cost.Rounds, own.Cost.Online, cost.Cost.Dealt))],
            DealtByKind = serverReport.DealtByKind,
            DecodeShares = processes.ToDictionary(p => p.Key, p => p.Value.Decode),
            PeakMemoryMb = processes.ToDictionary(p => p.Key, p => p.Value.PeakMemoryMb),
            CpuSeconds = processes.ToDictionary(p => p.Key, p => p.Value.CpuSeconds),
        };
    }

    private sealed record Pass(double Seconds, Cost Measured, Cost Predicted, bool? LeftRange, int Tokens);

    private static GenerationRequest Shaped(GenerationRequest request, SamplingOptions sampling, PublicModel model)
    {
        try
        {
            return request.For(sampling.Checked(), model.Plan, model.Config.Vocabulary);
        }
        catch (ArgumentException e)
        {
            throw new SessionException(EndReason.OtherModel, e.Message, e);
        }
    }

    /// <summary>What the prompt asks of the model. The messages are this user's: a token of the prompt never reaches a peer.</summary>
    private static void CheckFits(int[] prompt, GenerationRequest request, PublicModel model)
    {
        try
        {
            request.Check(model.Config);
        }
        catch (ArgumentException e)
        {
            throw new SessionException(EndReason.OtherModel, e.Message, e);
        }

        if (Array.FindIndex(prompt, id => (uint)id >= (uint)model.Config.Vocabulary) is >= 0 and int at)
        {
            throw new SessionException(EndReason.OtherModel,
                $"Token {prompt[at]} of the prompt is not among the {model.Config.Vocabulary:N0} of the server's model "
                    + $"{model.Config.Name}. The tokenizer belongs to another model.");
        }
    }

    private static PhaseLine Line(double seconds, Cost measured, Cost predicted) => new()
    {
        Seconds = seconds,
        Rounds = measured.Rounds,
        Bytes = Bytes(measured),
        Predicted = new PredictedLine(predicted.Rounds, Bytes(predicted)),
    };

    private static BytesLine Bytes(Cost cost)
        => new() { ClientToServer = cost.ToServer, ServerToClient = cost.ToClient, DealerToServer = cost.Dealt };
}
