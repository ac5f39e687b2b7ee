namespace MPCache.Cache;

/// <summary>
/// The clusters of one level over n cached tokens, and which of them are always kept: the first <paramref name="Leading"/> and the last
/// <paramref name="Trailing"/>. The rest, a contiguous run, compete.
/// </summary>
/// <param name="Size">Tokens in a complete cluster.</param>
/// <param name="Tokens">Cached tokens n.</param>
/// <param name="Leading">Clusters always kept at the front: those that hold the sink tokens, and always the first.</param>
/// <param name="Trailing">
/// Clusters always kept at the end: those that hold the recent tokens, and the last one when it is incomplete. What counts as incomplete is
/// the
/// coarsest level's last cluster, at both levels (reference code), so that a fine cluster kept at the end always has a coarse one that was
/// kept.
/// </param>
public readonly record struct ClusterSpan(int Size, int Tokens, int Leading, int Trailing)
{
    /// <summary>The span of one level of <paramref name="rule"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of tokens is negative.</exception>
    public static ClusterSpan Of(ClusterRule rule, ClusterLevel level, int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        int clusters = level.Clusters(tokens);
        int coarsest = rule.Coarse?.Size ?? rule.Fine.Size;
        int leading = (int)Math.Min(clusters, (Math.Max(1L, rule.Sinks) + level.Size - 1) / level.Size);
        int trailing = tokens % coarsest != 0 ? 1 : 0;
        if (rule.Recent > 0)
        {
            trailing = Math.Max(trailing, clusters - Math.Max(0, tokens - rule.Recent) / level.Size);
        }

        return new ClusterSpan(level.Size, tokens, leading, Math.Min(trailing, clusters));
    }

    /// <summary>Number of clusters; the last may be incomplete.</summary>
    public int Clusters => (Tokens + Size - 1) / Size;

    /// <summary>First cluster that competes.</summary>
    public int FirstFree => Leading;

    /// <summary>One past the last cluster that competes; not below <see cref="FirstFree"/>.</summary>
    public int EndFree => Math.Max(Leading, Clusters - Trailing);

    /// <summary>Clusters that are always kept.</summary>
    public int AlwaysKept => Clusters - (EndFree - FirstFree);

    /// <summary>Tokens missing from the last cluster.</summary>
    public int Padding => Clusters * Size - Tokens;

    /// <summary>True for a cluster that is always kept.</summary>
    public bool IsAlwaysKept(int cluster) => cluster < FirstFree || cluster >= EndFree;
}
