using MPCache.Cache;

namespace MPCache.Inference;

/// <summary>
/// Where the clusters of one selection lie in a cache, all of it public. Coarse clusters [CoarseFrom, CoarseTo) compete first; the fine clusters of those that
/// survive compete with <see cref="Known"/>, the fine ones that compete whatever the coarse ranking says. Tokens outside, at both ends, are always kept.
/// </summary>
internal sealed record SelectionLayout
{
    public SelectionLayout(CachePolicy policy, int tokens)
    {
        Tokens = tokens;
        Size = policy.Level2.Size;
        var fine = ClusterSpan.Of(policy, policy.Level2, tokens);
        (FineFrom, FineTo) = (fine.FirstFree, fine.EndFree);
        var shape = SelectionShape.Of(policy, tokens);
        Kept = shape.Fine.Kept;
        Known = [(FineFrom, FineTo - FineFrom)];
        if (policy.Level1 is { } level1 && shape.Coarse is { } coarse && Kept > 0 && coarse.Kept < coarse.Candidates)
        {
            var span = ClusterSpan.Of(policy, level1, tokens);
            (CoarseFrom, CoarseTo, CoarseKept, Children) = (span.FirstFree, span.EndFree, coarse.Kept, level1.Size / Size);
            int from = CoarseFrom * Children, to = CoarseTo * Children;
            Known = [(FineFrom, Math.Max(0, from - FineFrom)), (to, Math.Max(0, FineTo - to))];
        }

        Candidates = (CoarseKept * Children) + Known.Sum(k => k.Count);
    }

    /// <summary>Cached tokens.</summary>
    public int Tokens { get; }

    /// <summary>Tokens in a fine cluster.</summary>
    public int Size { get; }

    /// <summary>Fine clusters in a coarse one; 0 where nothing is ranked at the coarse level.</summary>
    public int Children { get; }

    public int CoarseFrom { get; }

    public int CoarseTo { get; }

    /// <summary>Coarse clusters that compete.</summary>
    public int Coarse => CoarseTo - CoarseFrom;

    /// <summary>Coarse clusters that survive.</summary>
    public int CoarseKept { get; }

    public int FineFrom { get; }

    public int FineTo { get; }

    /// <summary>Fine clusters that compete in any case: runs of cluster numbers.</summary>
    public (int From, int Count)[] Known { get; }

    /// <summary>Fine clusters that compete.</summary>
    public int Candidates { get; }

    /// <summary>Fine clusters that are selected.</summary>
    public int Kept { get; }

    /// <summary>True where something is left out, so that there is a choice.</summary>
    public bool Chooses => Kept < Candidates || CoarseKept < Coarse;

    /// <summary>Tokens always kept, as runs.</summary>
    public (int From, int Count)[] Always => [(0, FineFrom * Size), (FineTo * Size, Tokens - (FineTo * Size))];

    /// <summary>Runs of clusters as runs of tokens.</summary>
    public (int From, int Count)[] TokensOf(params (int From, int Count)[] clusters) => [.. clusters.Select(c => (c.From * Size, c.Count * Size))];
}
