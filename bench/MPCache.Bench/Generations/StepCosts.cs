using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Bench;

/// <summary>What decoding steps cost after a prompt, stage by stage, from the cost engine: no weights, nothing runs.</summary>
/// <param name="Once">Eviction after the prompt, and the first step's cluster vectors.</param>
/// <param name="Step">The last of the steps.</param>
/// <param name="Stages">The last step's stages.</param>
internal sealed record StepCosts(Cost Once, Cost Step, Dictionary<string, Cost> Stages)
{
    private static readonly string[] AttentionStages =
    [
        Cache.Stages.ClusterVectors, Cache.Stages.Selection, Cache.Stages.Gather, Cache.Stages.Scores, Cache.Stages.Softmax,
        Cache.Stages.Scatter, Cache.Stages.WeightedSum,
    ];

    /// <summary>Attention over the cache: from scores to the weighted sum of values, and what a policy adds to them.</summary>
    public Cost Attention => AttentionStages.Aggregate(default(Cost), (sum, stage) => sum + Stages.GetValueOrDefault(stage));

    /// <summary>Costs of <paramref name="steps"/> steps after a prompt of so many tokens.</summary>
    public static StepCosts Of(ModelConfig config, FixedPointPlan plan, GenerationRequest request, int steps)
    {
        using var costs = new CostModel(config, plan, request);
        costs.Prefill();
        Dictionary<string, Cost> before = costs.Tally.Snapshot();
        Cost once = before.GetValueOrDefault(Cache.Stages.Eviction), step = default;
        for (int i = 0; i < steps; i++)
        {
            before = costs.Tally.Snapshot();
            step = costs.Decode();
            once += i == 0 ? costs.Tally.Snapshot().GetValueOrDefault(Cache.Stages.ClusterVectors) : default;
        }

        Dictionary<string, Cost> stages = costs.Tally.Snapshot().ToDictionary(s => s.Key, s => s.Value - before.GetValueOrDefault(s.Key));
        return new StepCosts(once, step, stages);
    }
}
