namespace MPCache.Cache;

/// <summary>How clusters of neighbouring cached tokens are ranked at each step, all of it public (paper, sections 4.2 to 4.4).</summary>
public sealed record ClusterRule
{
    /// <summary>Coarse level of the hierarchy, or null for a single level.</summary>
    public ClusterLevel? Coarse { get; init; }

    /// <summary>Fine level; its size divides the coarse size.</summary>
    public required ClusterLevel Fine { get; init; }

    /// <summary>What ranks the clusters, at both levels.</summary>
    public ClusterScore Score { get; init; } = ClusterScore.Linear;

    /// <summary>Weight of the maxima in <see cref="ClusterScore.Linear"/>, 0 to 1.</summary>
    public double Alpha { get; init; } = 0.6;

    /// <summary>What becomes of the clusters that are always kept.</summary>
    public AlwaysKeptRule AlwaysKept { get; init; } = AlwaysKeptRule.Beside;

    /// <summary>First tokens whose clusters are always kept; the first cluster always is.</summary>
    public int Sinks { get; init; }

    /// <summary>Last tokens whose clusters are always kept.</summary>
    public int Recent { get; init; }

    /// <summary>Which query heads share a selection.</summary>
    public HeadSharing ShareHeads { get; init; } = HeadSharing.None;

    /// <summary>The layer whose selection a layer uses: itself, or one before it.</summary>
    public Func<int, int> Leader { get; init; } = layer => layer;

    /// <summary>True for layers that select.</summary>
    public Func<int, bool> Selects { get; init; } = _ => true;

    /// <summary>Tokens in a layer's cache at the last step.</summary>
    public Func<int, int> Capacity { get; init; } = _ => 0;

    /// <summary>Selections in a layer: heads that share one decide by the sum of their scores.</summary>
    public int Deciders(CacheShape shape)
        => ShareHeads switch { HeadSharing.KeyHead => shape.KeyHeads, HeadSharing.Layer => 1, _ => shape.Heads };

    /// <summary>
    /// Bits by which scores' ring must exceed that of softmax: one for differences, and what sums over a cluster, over heads or a blend of
    /// extremes need.
    /// </summary>
    public int ScoreGrowth(CacheShape shape) =>
        1 + (Score == ClusterScore.Mean ? BitsOf(Math.Max(Fine.Size, Coarse?.Size ?? 1)) : 2) + BitsOf(shape.Heads / Deciders(shape));

    private static int BitsOf(int n) => System.Numerics.BitOperations.Log2((uint)Math.Max(1, (2 * n) - 1));
}
