using System.Diagnostics;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>What a generation tells its caller while it runs.</summary>
public interface IGenerationObserver
{
    /// <summary>Set-up: bytes of masked weights received, of so many.</summary>
    void Receiving(long bytes, long total);

    /// <summary>The model is known and the set-up is done.</summary>
    void Ready(PublicModel model);

    /// <summary>Prefill: tokens done, of so many.</summary>
    void Prefilled(int tokens, int total);

    /// <summary>A token was generated.</summary>
    void Token(int id, double seconds);
}

/// <summary>The client's part of one generation.</summary>
public static class ClientSession
{
    /// <summary>
    /// Generates over links that are already up. The prompt's ids leave this process only as shares.
    /// </summary>
    /// <param name="prompt">Ids.</param>
    /// <param name="request">Sizes, policy and what is opened to the client.</param>
    /// <param name="server">Link to the server.</param>
    /// <param name="dealer">Link to the dealer.</param>
    /// <param name="folder">Where masked weights are kept.</param>
    /// <param name="observer">Progress.</param>
    /// <param name="decode">Ids to text; the tokenizer is the client's.</param>
    public static GenerationReport Run(int[] prompt, GenerationRequest request, IChannel server, IChannel dealer, string folder,
        IGenerationObserver observer, Func<int[], string> decode)
    {
        var clock = Stopwatch.StartNew();
        PartySeed seed = dealer.Hear<PartySeed>();
        PublicModel model = server.Hear<PublicModel>();
        request.Check(model.Config);
        if (prompt.FirstOrDefault(id => (uint)id >= (uint)model.Config.Vocabulary, -1) is >= 0 and int wrong)
        {
            throw new ArgumentException($"Token {wrong} of the prompt is not among the {model.Config.Vocabulary:N0} of the server's model {model.Config.Name}. The tokenizer belongs to another model.");
        }

        MaskedWeightsFile? kept = MaskedWeightsFile.TryOpen(folder, model);
        server.Tell(new ClientHello(request, kept is not null));
        dealer.Tell(request);
        using MaskedWeightsFile file = kept ?? MaskedWeightsFile.Receive(folder, model, server, observer.Receiving);
        using var costs = new CostModel(model.Config, model.Plan, request);
        using var mpc = new Mpc(Role.Client, new ClientCorrelations(new AesKey(Convert.FromHexString(seed.Seed))), server, new AesKey(Convert.FromHexString(seed.Coins)));
        using var program = new SecretProgram(mpc, model.Config, model.Plan, new MaskedModelWeights(model.Config, model.Plan, file.Start), request);
        program.Progress = done => observer.Prefilled(done, prompt.Length);
        ChannelTraffic setupServer = server.Traffic, setupDealer = dealer.Traffic;
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

        var tokens = new List<int>();
        var steps = new List<(double Seconds, Cost Measured, Cost Predicted)>();
        Cost before = default;
        DecodeMeter? meter = null; // from the end of the prompt on
        while (true)
        {
            clock.Restart();
            int token = tokens.Count == 0 ? program.Prefill(prompt) : program.Decode(tokens[^1]);
            double seconds = clock.Elapsed.TotalSeconds;
            meter ??= new DecodeMeter(mpc);
            Cost now = mpc.Measured;
            steps.Add((seconds, now - before, tokens.Count == 0 ? costs.Prefill() : costs.Decode()));
            before = now;
            tokens.Add(token);
            observer.Token(token, seconds);
            bool more = tokens.Count < request.MaxTokens && (request.FillCache || !model.Config.EndTokens.Contains(token));
            server.Tell(more);
            if (!more)
            {
                break;
            }
        }

        DecodeShare own = meter!.Read();
        ProcessReport serverReport = server.Hear<ProcessReport>();
        dealer.Tell("done");
        ProcessReport dealerReport = dealer.Hear<ProcessReport>(), clientReport = ProcessMeter.Report([]);
        PhaseLine[] lines = [.. steps.Select((s, i) => Line(s.Seconds,
            s.Measured with { Dealt = serverReport.Dealt[i] - (i == 0 ? 0 : serverReport.Dealt[i - 1]) }, s.Predicted))];
        return new GenerationReport
        {
            Model = new ModelLine(model.Config.Name, model.Sha256, model.Config.Parameters),
            Policy = request.CachePolicy.Name,
            Cache = CacheLine.Of(request.CachePolicy, prompt.Length, tokens.Count - 1, model.Config.Layers),
            Engine = "private",
            InstructionSet = Kernel.InstructionSet,
            PromptIds = prompt,
            Tokens = [.. tokens],
            Text = decode([.. tokens]),
            Setup = setup,
            Prefill = lines[0],
            Decode = lines[1..],
            Stages = [.. mpc.Tally.Stages.Zip(costs.Tally.Stages, (own, cost) => new StageLine(own.Name, own.Time.TotalSeconds, own.Cost.Rounds, own.Cost.Online, cost.Cost.Dealt))],
            DecodeShares = new() { ["client"] = own, ["server"] = serverReport.Decode, ["dealer"] = dealerReport.Decode },
            PeakMemoryMb = new() { ["client"] = clientReport.PeakMemoryMb, ["server"] = serverReport.PeakMemoryMb, ["dealer"] = dealerReport.PeakMemoryMb },
            CpuSeconds = new() { ["client"] = clientReport.CpuSeconds, ["server"] = serverReport.CpuSeconds, ["dealer"] = dealerReport.CpuSeconds },
        };
    }

    private static PhaseLine Line(double seconds, Cost measured, Cost predicted) => new()
    {
        Seconds = seconds,
        Rounds = measured.Rounds,
        Bytes = Bytes(measured),
        Predicted = new PredictedLine(predicted.Rounds, Bytes(predicted)),
    };

    private static BytesLine Bytes(Cost cost) => new() { ClientToServer = cost.ToServer, ServerToClient = cost.ToClient, DealerToServer = cost.Dealt };
}
