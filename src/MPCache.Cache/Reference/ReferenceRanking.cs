namespace MPCache.Cache;

/// <summary>
/// From scores of clusters to positions of tokens: the two rankings of the hierarchy, the clusters that are always kept, and the two rules
/// for counting them (paper, section 4.3, and the reference code).
/// </summary>
internal static class ReferenceRanking
{
    /// <summary>
    /// Selected positions among <paramref name="tokens"/> cached tokens, ascending. <paramref name="scoresOf"/> gives, for a cluster size,
    /// one
    /// score a cluster; it is called once a level, the coarse one first.
    /// </summary>
    public static int[] Select(ClusterRule rule, int tokens, Func<int, float[]> scoresOf)
    {
        var fine = ClusterSpan.Of(rule, rule.Fine, tokens);
        var eligible = new bool[fine.Clusters];
        Array.Fill(eligible, true);
        if (rule.Coarse is { } level1)
        {
            bool[] survives = Keep(rule, ClusterSpan.Of(rule, level1, tokens), level1.Kept(tokens), scoresOf(level1.Size), null);
            int children = level1.Size / rule.Fine.Size;
            for (int c = 0; c < eligible.Length; c++)
            {
                eligible[c] = survives[c / children];
            }
        }

        bool[] kept = Keep(rule, fine, rule.Fine.Kept(tokens), scoresOf(rule.Fine.Size), eligible);
        return Positions(rule, fine, kept);
    }

    /// <summary>Which clusters of one level stay: those always kept, and the best of those that compete.</summary>
    private static bool[] Keep(ClusterRule rule, ClusterSpan span, int count, float[] scores, bool[]? eligible)
    {
        bool beside = rule.AlwaysKept == AlwaysKeptRule.Beside;
        var candidates = new List<int>(span.Clusters);
        for (int c = 0; c < span.Clusters; c++)
        {
            if ((eligible is null || eligible[c]) && !(beside && span.IsAlwaysKept(c)))
            {
                candidates.Add(c);
            }
        }

        var competing = new float[candidates.Count];
        for (int i = 0; i < competing.Length; i++)
        {
            competing[i] = scores[candidates[i]];
        }

        var kept = new bool[span.Clusters];
        foreach (int winner in LargestPlaces.Of(competing, count))
        {
            kept[candidates[winner]] = true;
        }

        for (int c = 0; c < kept.Length; c++)
        {
            kept[c] |= span.IsAlwaysKept(c);
        }

        return kept;
    }

    private static int[] Positions(ClusterRule rule, ClusterSpan span, bool[] kept)
    {
        var selected = new bool[span.Tokens];
        for (int c = 0; c < kept.Length; c++)
        {
            if (!kept[c])
            {
                continue;
            }

            selected.AsSpan(c * span.Size, Math.Min(span.Size, span.Tokens - c * span.Size)).Fill(true);
            if (c == kept.Length - 1 && rule.AlwaysKept == AlwaysKeptRule.Reference)
            {
                // The reference moves positions past the end back by the padding, and so selects the last `Padding` tokens too.
                selected.AsSpan(Math.Max(0, span.Tokens - span.Padding)).Fill(true);
            }
        }

        return [.. Enumerable.Range(0, span.Tokens).Where(t => selected[t])];
    }
}
