using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;

namespace MPCache.Bench;

/// <summary>A decoding step under each policy, at several lengths of the cache.</summary>
internal static class Ablation
{
    /// <summary>The paper's ablation, in its order, and ours.</summary>
    public static readonly string[] Policies
        = ["full", "dynamic-token", "dynamic-linear", "dynamic-hierarchy", "dynamic-shared", "mpcache", "mpcache+"];

    private const int Steps = 7; // the first also builds cluster vectors; the last is reported

    /// <summary>Costs alone, also beyond the context that a model was made for.</summary>
    public static AblationRow[] Plan(ModelConfig config, string[] policies, int[] lengths) =>
    [
        .. from length in lengths
           let reaching = config with { ContextLength = Math.Max(config.ContextLength, length + Steps + 1) }
           from policy in policies
           select Row(reaching, FixedPointPlan.Typical(config), FilledRuns.Request(policy, length, Steps)),
    ];

    /// <summary>Runs the policies by turns between three processes. Ratios are to the first policy.</summary>
    public static async Task<AblationRow[]> Run(
        ModelFile model, string path, string[] policies, int[] lengths, int repeat, LinkChoice links, CancellationToken cancel)
    {
        FixedPointPlan plan = Calibration.Run(model, new FloatWeights(model)).Plan;
        using FilledRuns runs = await FilledRuns.Start(model, path, links, cancel);
        await runs.Run(policies[0], lengths[0], Steps, cancel); // warms up
        var rows = new List<AblationRow>();
        foreach (int length in lengths)
        {
            GenerationReport[][] reports = await Paired.Run(policies, repeat, 0, policy => runs.Run(policy, length, Steps, cancel));
            double[] first = [.. reports[0].Select(Median)];
            for (int i = 0; i < policies.Length; i++)
            {
                var spread = Spread.Of(reports[i].SelectMany(FilledRuns.StepSeconds));
                rows.Add(Row(model.Config, plan, FilledRuns.Request(policies[i], length, Steps)) with
                {
                    Seconds = spread.Median,
                    SecondsSpread = spread,
                    Ratio = i > 0 ? Spread.OfRatios([.. reports[i].Select(Median)], first) : null,
                });
            }
        }

        return [.. rows];
    }

    private static double Median(GenerationReport report) => Spread.Of(FilledRuns.StepSeconds(report)).Median;

    private static AblationRow Row(ModelConfig config, FixedPointPlan plan, GenerationRequest request)
    {
        request.Check(config);
        var costs = StepCosts.Of(config, plan, request, Steps);
        CachePolicy policy = request.CachePolicy.Of(config.Layers);
        int cached = request.PromptTokens;
        return new AblationRow
        {
            Policy = request.Policy,
            Cache = cached,
            Attended = Enumerable.Range(0, config.Layers).Average(l => (double)policy.Selected(cached, Steps, l) / (cached + Steps)),
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
