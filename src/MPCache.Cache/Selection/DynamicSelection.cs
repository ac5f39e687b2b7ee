namespace MPCache.Cache;

/// <summary>Query-aware dynamic selection: which cached tokens each query head of a layer attends to at one decoding step (paper, sections 4.2 and 4.3).</summary>
public static class DynamicSelection
{
    /// <summary>
    /// For each query head the selected positions, ascending, into the cache's tokens: kept prompt tokens, then generated ones, the current one
    /// included. There are <see cref="PolicyCounts.Selected"/> of them. Heads that share get the same array.
    /// Layers that share use the selection of <see cref="CachePolicy.Leader"/>; <see cref="CacheSession"/> sees to it.
    /// </summary>
    /// <param name="policy">What to select.</param>
    /// <param name="layer">The layer, for those that are skipped.</param>
    /// <param name="prompt">Tokens of the prompt before eviction, for a budget that is a share of them.</param>
    /// <param name="queries">The step's queries, shape (heads, 1, d), rotated.</param>
    /// <param name="keys">Keys of the cached tokens, shape (key heads, n, d), rotated.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static int[][] Select(CachePolicy policy, int layer, int prompt, HeadRows queries, HeadRows keys)
    {
        if (queries.Rows != 1 || queries.Width != keys.Width || queries.Heads % keys.Heads != 0)
        {
            throw new ArgumentException(
                $"Step queries ({queries.Heads}, {queries.Rows}, {queries.Width}) do not fit cached keys ({keys.Heads}, {keys.Rows}, {keys.Width}).");
        }
        if (layer < policy.SkipLayers || policy.Selection == SelectionKind.None)
        {
            return ForAllHeads(queries.Heads, [.. Enumerable.Range(0, keys.Rows)]);
        }
        if (policy.Selection == SelectionKind.Recent)
        {
            return ForAllHeads(queries.Heads, RecentTokens.Of(keys.Rows, policy.SinkTokens, policy.BudgetOf(prompt)));
        }
        return SelectClusters(policy, queries, keys);
    }

    private static int[][] ForAllHeads(int heads, int[] positions)
    {
        var all = new int[heads][];
        Array.Fill(all, positions);
        return all;
    }

    private static int[][] SelectClusters(CachePolicy policy, HeadRows queries, HeadRows keys)
    {
        var scorer = new ClusterScorer(policy, keys);
        var selected = new int[queries.Heads][];
        int together = policy.ShareHeads switch
        {
            HeadSharing.KeyHead => queries.Heads / keys.Heads,
            HeadSharing.Layer => queries.Heads,
            _ => 1,
        };
        for (int first = 0; first < queries.Heads; first += together)
        {
            int[] positions = ClusterRanking.Select(policy, keys.Rows, size =>
            {
                var scores = new double[(keys.Rows + size - 1) / size];
                for (int h = first; h < first + together; h++)
                {
                    scorer.Add(queries.Row(h, 0), keys.KeyHeadOf(h, queries.Heads), size, scores);
                }
                return scores;
            });
            Array.Fill(selected, positions, first, together);
        }
        return selected;
    }
}
