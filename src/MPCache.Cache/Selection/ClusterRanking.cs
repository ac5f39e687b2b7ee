namespace MPCache.Cache;

/// <summary>
/// From scores of clusters to positions of tokens: the two rankings of the hierarchy, the clusters that are always kept, and the two rules
/// for counting them (paper, section 4.3, and the reference code).
/// </summary>
public static class ClusterRanking
{
    /// <summary>
    /// Selected positions among <paramref name="tokens"/> cached tokens, ascending. <paramref name="scoresOf"/> gives, for a cluster size, one
    /// score a cluster; it is called once a level, the coarse one first.
    /// </summary>
    public static int[] Select(CachePolicy policy, int tokens, Func<int, double[]> scoresOf)
    {
        var fine = ClusterSpan.Of(policy, policy.Level2, tokens);
        var eligible = new bool[fine.Clusters];
        Array.Fill(eligible, true);
        if (policy.Level1 is { } level1)
        {
            bool[] survives = Keep(policy, ClusterSpan.Of(policy, level1, tokens), level1.Kept(tokens), scoresOf(level1.Size), null);
            int children = level1.Size / policy.Level2.Size;
            for (int c = 0; c < eligible.Length; c++)
            {
                eligible[c] = survives[c / children];
            }
        }
        bool[] kept = Keep(policy, fine, policy.Level2.Kept(tokens), scoresOf(policy.Level2.Size), eligible);
        return Positions(policy, fine, kept);
    }

    /// <summary>Which clusters of one level stay: those always kept, and the best of those that compete.</summary>
    private static bool[] Keep(CachePolicy policy, ClusterSpan span, int count, double[] scores, bool[]? eligible)
    {
        bool beside = policy.AlwaysKept == AlwaysKeptRule.Beside;
        var candidates = new List<int>(span.Clusters);
        for (int c = 0; c < span.Clusters; c++)
        {
            if ((eligible is null || eligible[c]) && !(beside && span.IsAlwaysKept(c)))
            {
                candidates.Add(c);
            }
        }
        var competing = new double[candidates.Count];
        for (int i = 0; i < competing.Length; i++)
        {
            competing[i] = scores[candidates[i]];
        }
        var kept = new bool[span.Clusters];
        foreach (int winner in TopK.Of(competing, count))
        {
            kept[candidates[winner]] = true;
        }
        for (int c = 0; c < kept.Length; c++)
        {
            kept[c] |= span.IsAlwaysKept(c);
        }
        return kept;
    }

    private static int[] Positions(CachePolicy policy, ClusterSpan span, bool[] kept)
    {
        var selected = new bool[span.Tokens];
        for (int c = 0; c < kept.Length; c++)
        {
            if (!kept[c])
            {
                continue;
            }
            selected.AsSpan(c * span.Size, Math.Min(span.Size, span.Tokens - c * span.Size)).Fill(true);
            if (c == kept.Length - 1 && policy.AlwaysKept == AlwaysKeptRule.Reference)
            {
                // The reference moves positions past the end back by the padding, and so selects the last `Padding` tokens too.
                selected.AsSpan(Math.Max(0, span.Tokens - span.Padding)).Fill(true);
            }
        }
        return [.. Enumerable.Range(0, span.Tokens).Where(t => selected[t])];
    }
}
