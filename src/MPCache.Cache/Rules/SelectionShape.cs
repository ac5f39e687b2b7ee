namespace MPCache.Cache;

/// <summary>One ranking: out of <paramref name="Candidates"/> clusters the best <paramref name="Kept"/> stay.</summary>
/// <param name="Clusters">Clusters of this level in all.</param>
/// <param name="Candidates">Clusters that compete.</param>
/// <param name="Kept">Clusters that win; at most the candidates.</param>
public readonly record struct RankingShape(int Clusters, int Candidates, int Kept);

/// <summary>
/// The public sizes of one cluster selection: what a cost engine needs to price it, and all that an MPC engine may know before it runs.
/// Nothing here depends on data.
/// </summary>
/// <param name="Tokens">Cached tokens n, kept and generated ones, the current one included.</param>
/// <param name="Coarse">The ranking at the coarse level; null where there is a single level.</param>
/// <param name="Fine">The ranking at the fine level.</param>
/// <param name="Selected">Tokens selected: exactly with <see cref="AlwaysKeptRule.Beside"/>, at most with
/// <see cref="AlwaysKeptRule.Reference"/>.</param>
public readonly record struct SelectionShape(int Tokens, RankingShape? Coarse, RankingShape Fine, int Selected)
{
    /// <summary>The sizes of a cluster selection of <paramref name="rule"/> over <paramref name="tokens"/> cached tokens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of tokens is negative.</exception>
    public static SelectionShape Of(ClusterRule rule, int tokens)
    {
        var fine = ClusterSpan.Of(rule, rule.Fine, tokens);
        int available = fine.Clusters;
        RankingShape? coarseShape = null;
        bool beside = rule.AlwaysKept == AlwaysKeptRule.Beside;
        if (rule.Coarse is { } level1)
        {
            var coarse = ClusterSpan.Of(rule, level1, tokens);
            int free = coarse.EndFree - coarse.FirstFree;
            int candidates = beside ? free : coarse.Clusters;
            int kept = Math.Min(level1.Kept(tokens), candidates);
            coarseShape = new RankingShape(coarse.Clusters, candidates, kept);

            // A cluster that competes is complete, so each one that loses takes all its fine clusters with it.
            int lost = beside ? free - kept : Math.Max(0, coarse.Clusters - kept - coarse.AlwaysKept);
            available -= lost * (level1.Size / rule.Fine.Size);
        }

        int fineCandidates = beside ? available - fine.AlwaysKept : available;
        var fineShape = new RankingShape(fine.Clusters, fineCandidates, Math.Min(rule.Fine.Kept(tokens), fineCandidates));
        return new SelectionShape(tokens, coarseShape, fineShape, SelectedTokens(fine, fineShape.Kept, beside));
    }

    private static int SelectedTokens(ClusterSpan fine, int ranked, bool beside)
    {
        int first = Math.Min(fine.Tokens, fine.FirstFree * fine.Size);
        int last = Math.Max(0, fine.Tokens - fine.EndFree * fine.Size);

        // The reference's incomplete last cluster brings the last `Padding` tokens, of which some may not be its own.
        int extra = beside || fine.Trailing == 0 ? 0 : Math.Max(0, 2 * fine.Padding - fine.Size);
        return (int)Math.Min(fine.Tokens, (long)first + last + extra + (long)ranked * fine.Size);
    }
}
