using MPCache.Inference;
using MPCache.Models;

namespace MPCache.Bench;

/// <summary>Decoding steps over caches that are filled with pseudo-random tokens, between a dealer, a server and this process.</summary>
internal sealed class FilledRuns : IDisposable
{
    private readonly LocalParties _parties;
    private readonly ModelFile _model;
    private readonly LinkChoice _links;

    private FilledRuns(ModelFile model, LocalParties parties, LinkChoice links) => (_model, _parties, _links) = (model, parties, links);

    /// <summary>Starts a dealer and a server of a model.</summary>
    public static async Task<FilledRuns> Start(ModelFile model, string path, LinkChoice links, CancellationToken cancel) =>
        new(model, await LocalParties.Start(path, links, once: false, cancel), links);

    /// <summary>What to ask for: a cache of so many tokens, evicted as after a prompt, and so many steps.</summary>
    public static GenerationRequest Request(string policy, int length, int steps) =>
        new() { PromptTokens = length, MaxTokens = steps + 1, Policy = policy, Reveal = "token", FillCache = true };

    /// <summary>Runs the steps under a policy and demands the predicted rounds and bytes.</summary>
    public async Task<GenerationReport> Run(string policy, int length, int steps, CancellationToken cancel)
    {
        Console.Error.WriteLine($"{policy}, {length:N0} tokens");
        GenerationRequest request = Request(policy, length, steps);
        request.Check(_model.Config);
        GenerationReport report = await _parties.Generate(
            new int[length],
            request,
            new SilentObserver(),
            Cli.Client.Options(null),
            _links,
            cancel);
        Predictions.Demand(report);
        return report;
    }

    /// <summary>Seconds of the steps after the first, which also builds what a policy needs of the kept tokens.</summary>
    public static IEnumerable<double> StepSeconds(GenerationReport report) => report.Decode.Skip(1).Select(d => d.Seconds);

    public void Dispose() => _parties.Dispose();
}
