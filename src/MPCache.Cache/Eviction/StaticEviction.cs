namespace MPCache.Cache;

/// <summary>Look-once static eviction: which prompt tokens stay after prefill, one decision for the heads given: a layer's (paper, section 4.1) or a key head's.</summary>
public static class StaticEviction
{
    /// <summary>
    /// Positions of the prompt tokens that stay, in ascending order: <see cref="PolicyCounts.Kept"/> of them, but for thresholds.
    /// Layers that share use the decision of <see cref="CachePolicy.Leader"/>; <see cref="CacheSession"/> sees to it.
    /// </summary>
    /// <param name="policy">What to keep.</param>
    /// <param name="layer">The layer, for those that are skipped.</param>
    /// <param name="windowQueries">Queries of the window, shape (heads, <see cref="PolicyCounts.WindowLength"/>, d), rotated.</param>
    /// <param name="keys">Keys of the prompt, shape (key heads, T, d), rotated.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other or the policy's window.</exception>
    public static int[] Keep(CachePolicy policy, int layer, HeadRows windowQueries, HeadRows keys)
    {
        int prompt = keys.Rows;
        if (!policy.Evicts(prompt, layer))
        {
            return Everything(prompt);
        }
        if (policy.Eviction == EvictionKind.Recent)
        {
            return RecentTokens.Of(prompt, policy.SinkTokens, policy.BudgetOf(prompt));
        }
        int window = policy.WindowLength(prompt);
        if (windowQueries.Rows != window)
        {
            throw new ArgumentException($"A prompt of {prompt} tokens is judged by {window} queries, not by {windowQueries.Rows}.", nameof(windowQueries));
        }
        if (policy.Eviction == EvictionKind.Threshold)
        {
            double[] largest = WindowImportance.Largest(windowQueries, keys);
            return [.. Enumerable.Range(0, prompt).Where(t => largest[t] >= policy.Threshold || IsAlwaysKept(policy, prompt, t))];
        }
        return KeepTop(policy, layer, WindowImportance.Summed(windowQueries, keys));
    }

    /// <summary>The same by count, for an engine that has summed the attention probabilities itself: one importance for each prompt token.</summary>
    public static int[] KeepTop(CachePolicy policy, int layer, ReadOnlySpan<double> importance)
    {
        double[] judged = WindowImportance.Pooled(importance, policy.Pooling);
        for (int t = 0; t < judged.Length; t++)
        {
            if (IsAlwaysKept(policy, judged.Length, t))
            {
                judged[t] = double.PositiveInfinity;
            }
        }
        return TopK.Of(judged, policy.Kept(judged.Length, layer));
    }

    private static bool IsAlwaysKept(CachePolicy policy, int prompt, int token) =>
        token < policy.SinkTokens || token >= prompt - policy.RecentTokens;

    private static int[] Everything(int tokens) => [.. Enumerable.Range(0, tokens)];
}
