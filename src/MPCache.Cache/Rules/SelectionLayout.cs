namespace MPCache.Cache;

/// <summary>
/// Where the clusters of one selection lie in a cache, all of it public. Coarse clusters [CoarseFrom, CoarseTo) compete first; the fine
/// clusters of those that
/// survive compete with <see cref="Known"/>, the fine ones that compete whatever the coarse ranking says. Tokens outside, at both ends, are
/// always kept.
/// </summary>
internal sealed record SelectionLayout
{
    /// <summary>Over so many cached tokens.</summary>
    public SelectionLayout(ClusterRule rule, int tokens)
    {
        Tokens = tokens;
        Size = rule.Fine.Size;
        var fine = ClusterSpan.Of(rule, rule.Fine, tokens);
        (FineFrom, FineTo) = (fine.FirstFree, fine.EndFree);
        var shape = SelectionShape.Of(rule, tokens);
        Kept = shape.Fine.Kept;
        Known = [(FineFrom, FineTo - FineFrom)];
        if (rule.Coarse is { } level1 && shape.Coarse is { } coarse && Kept > 0 && coarse.Kept < coarse.Candidates)
        {
            var span = ClusterSpan.Of(rule, level1, tokens);
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

    /// <summary>First coarse cluster that competes.</summary>
    public int CoarseFrom { get; }

    /// <summary>One past the last.</summary>
    public int CoarseTo { get; }

    /// <summary>Coarse clusters that compete.</summary>
    public int Coarse => CoarseTo - CoarseFrom;

    /// <summary>Coarse clusters that survive.</summary>
    public int CoarseKept { get; }

    /// <summary>First fine cluster that may compete.</summary>
    public int FineFrom { get; }

    /// <summary>One past the last.</summary>
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
}
