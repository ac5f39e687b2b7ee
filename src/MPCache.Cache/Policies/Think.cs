namespace MPCache.Cache;

/// <summary>
/// ThinK (arXiv 2407.21018): of each key head the channels go, 40 % of them, that matter least to the last queries: the smallest product of
/// the mean square of queries and of keys. The last tokens' keys and generated ones stay whole. On shares nobody may know which channels
/// went, so they become zero and the cache is no smaller; scores are local there anyway. So this costs more than it saves.
/// </summary>
public sealed record Think : CachePolicy
{
    /// <summary>Share of the channels that go.</summary>
    public double Pruned { get; init; } = 0.4;

    /// <summary>Last queries that judge; their tokens' keys stay whole.</summary>
    public int Window { get; init; } = 32;

    /// <inheritdoc/>
    public override string Name => "think";

    /// <inheritdoc/>
    public override bool StepsAppend => true;

    /// <inheritdoc/>
    public override string Summary => "keeps all tokens, 60 % of the channels of their keys (ThinK, arXiv 2407.21018)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2407.21018";

    /// <inheritdoc/>
    public override string Keeps => "everything, but channels of keys that matter little";

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options =>
    [
        PolicyOption.Real("pruned", "share of each key head's channels that go", (Think p) => p.Pruned, (p, v) => p with { Pruned = v }),
        PolicyOption.Whole("window", "last queries that judge, and whose keys stay whole", (Think p) => p.Window,
            (p, v) => p with { Window = v }),
    ];

    /// <inheritdoc/>
    protected override void Check()
    {
        Require(Pruned is >= 0 and < 1, "pruned", Pruned, "from 0 to below 1");
        Require(Window >= 1, "window", Window, "1 or more");
    }

    /// <inheritdoc/>
    /// <remarks>Sums of squares are held in the ring of keys.</remarks>
    public override int ScoreGrowth(CacheShape shape) => 14;

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) => new ChannelPruning<T>(
        operations, shape, Math.Min(Window, shape.Prompt), shape.HeadDim - (int)(Pruned * shape.HeadDim));
}
