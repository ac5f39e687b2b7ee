using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Cli;

/// <summary>One policy at one cache length.</summary>
internal sealed record AblationRow
{
    [JsonPropertyName("policy")] public required string Policy { get; init; }

    /// <summary>Tokens in the cache when the step begins, before anything is evicted.</summary>
    [JsonPropertyName("cache")] public required int Cache { get; init; }

    /// <summary>Share of them that a head attends to, over all layers.</summary>
    [JsonPropertyName("attended")] public required double Attended { get; init; }

    /// <summary>Median of the steps' seconds at the client; null in a plan.</summary>
    [JsonPropertyName("seconds")] public double? Seconds { get; init; }

    [JsonPropertyName("online_bytes")] public required long OnlineBytes { get; init; }

    /// <summary>Online bytes of attention over the cache: from scores to the weighted sum of values, and what a policy adds to them.</summary>
    [JsonPropertyName("attention_bytes")] public required long AttentionBytes { get; init; }

    [JsonPropertyName("rounds")] public required long Rounds { get; init; }

    [JsonPropertyName("dealt_bytes")] public required long DealtBytes { get; init; }

    /// <summary>Eviction after the prompt, and the cluster vectors of the tokens that stay.</summary>
    [JsonPropertyName("once_online_bytes")] public required long OnceOnlineBytes { get; init; }

    [JsonPropertyName("once_dealt_bytes")] public required long OnceDealtBytes { get; init; }

    [JsonPropertyName("once_rounds")] public required long OnceRounds { get; init; }

    /// <summary>Online bytes of the step, stage by stage.</summary>
    [JsonPropertyName("stages")] public required Dictionary<string, long> Stages { get; init; }
}

/// <summary>The ablation's rows.</summary>
internal sealed record AblationReport(
    [property: JsonPropertyName("model")] string Model, [property: JsonPropertyName("planned")] bool Planned, [property: JsonPropertyName("rows")] AblationRow[] Rows);

/// <summary>Decoding steps over caches that are filled with pseudo-random tokens, under each policy.</summary>
internal static class Ablation
{
    /// <summary>The paper's ablation, in its order, and ours.</summary>
    public static readonly string[] Policies = ["full", "dynamic-token", "dynamic-linear", "dynamic-hierarchy", "dynamic-shared", "mpcache", "mpcache+"];

    private const int Steps = 7; // the first also builds cluster vectors; the last is reported

    /// <summary>Costs alone.</summary>
    public static AblationReport Plan(ModelConfig config, string[] policies, int[] lengths) =>
        new(config.Name, true, [.. lengths.SelectMany(n => policies.Select(p => Row(Reaching(config, n), FixedPointPlan.Typical(config), Request(p, n), null)))]);

    /// <summary>Costs are those of the sizes, also beyond the context that a model was made for.</summary>
    private static ModelConfig Reaching(ModelConfig config, int length) => config with { ContextLength = Math.Max(config.ContextLength, length + Steps + 1) };

    /// <summary>Runs each policy between three processes and holds what was measured to what was predicted.</summary>
    public static async Task<AblationReport> Run(string path, string[] policies, int[] lengths, LinkChoice links, CancellationToken cancel)
    {
        using ModelFile model = ModelFile.Open(path);
        FixedPointPlan plan = Calibration.Run(model, new FloatWeights(model)).Plan;
        using LocalProcess dealer = await LocalProcess.Start("dealer", ["--listen", "tcp://127.0.0.1:0", "--transport", links.Plane.Word()], cancel);
        using LocalProcess server = await LocalProcess.Start("server", ["--model", path, "--listen", "tcp://127.0.0.1:0", "--dealer", dealer.Address, "--transport", links.Plane.Word(), .. ServerCommand.AllowAll], cancel);
        var rows = new List<AblationRow>();
        Console.Error.WriteLine("warming up");
        Measure(model, plan, server, dealer, Request(policies[0], lengths[0]), links, cancel);
        foreach (int length in lengths)
        {
            foreach (string policy in policies)
            {
                Console.Error.WriteLine($"{policy}, {length:N0} tokens");
                rows.Add(Measure(model, plan, server, dealer, Request(policy, length), links, cancel));
            }
        }

        return new AblationReport(model.Config.Name, false, [.. rows]);
    }

    private static AblationRow Measure(ModelFile model, FixedPointPlan plan, LocalProcess server, LocalProcess dealer, GenerationRequest request, LinkChoice links, CancellationToken cancel)
    {
        GenerationReport report;
        try
        {
            report = Client.Generate(server.Address, dealer.Address, new int[request.PromptTokens], request, new SilentObserver(), Client.Options(null), links, cancel);
        }
        catch (ChannelException e) when ((server.Failure ?? dealer.Failure) is { } words)
        {
            throw new IOException($"{words} (seen here as: {e.Message})", e);
        }

        if (report.Decode.Append(report.Prefill).FirstOrDefault(p => p.Predicted!.Rounds != p.Rounds || p.Predicted.Bytes != p.Bytes) is { } wrong)
        {
            throw new InvalidOperationException($"Under {request.Policy} a phase took {wrong.Rounds} rounds and {wrong.Bytes}; predicted were {wrong.Predicted!.Rounds} and {wrong.Predicted.Bytes}. Please report this.");
        }

        double[] seconds = [.. report.Decode.Skip(1).Select(d => d.Seconds).Order()];
        return Row(model.Config, plan, request, seconds[seconds.Length / 2]);
    }

    private static GenerationRequest Request(string policy, int length) =>
        new() { PromptTokens = length, MaxTokens = Steps + 1, Policy = policy, Reveal = "token", FillCache = true };

    private static AblationRow Row(ModelConfig config, FixedPointPlan plan, GenerationRequest request, double? seconds)
    {
        request.Check(config);
        var costs = StepCosts.Of(config, plan, request, Steps);
        CachePolicy policy = request.CachePolicy;
        return new AblationRow
        {
            Policy = request.Policy,
            Cache = request.PromptTokens,
            Attended = Enumerable.Range(0, config.Layers).Average(l => (double)policy.Selected(request.PromptTokens, Steps, l) / (request.PromptTokens + Steps)),
            Seconds = seconds,
            OnlineBytes = costs.Step.Online,
            AttentionBytes = costs.Attention.Online,
            Rounds = costs.Step.Rounds,
            DealtBytes = costs.Step.Dealt,
            OnceOnlineBytes = costs.Once.Online,
            OnceDealtBytes = costs.Once.Dealt,
            OnceRounds = costs.Once.Rounds,
            Stages = costs.Stages.Where(s => s.Value.Online > 0).ToDictionary(s => s.Key, s => s.Value.Online),
        };
    }
}
