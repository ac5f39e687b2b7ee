using System.Numerics;

namespace MPCache.Cache;

/// <summary>Look-once static eviction: which prompt tokens of a layer stay after prefill, one decision for all heads (paper, section 4.1) or one for each key head.</summary>
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
    /// <exception cref="InvalidOperationException">The policy decides for each key head: <see cref="KeepByHead"/> is the one to ask.</exception>
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
        CheckWindow(policy, prompt, windowQueries);
        if (policy.Eviction == EvictionKind.Threshold)
        {
            double[] largest = WindowImportance.Largest(windowQueries, keys);
            return [.. Enumerable.Range(0, prompt).Where(t => largest[t] >= policy.Threshold || IsAlwaysKept(policy, prompt, t))];
        }
        return policy.EvictBy == EvictionSharing.Layer
            ? KeepTop(policy, layer, WindowImportance.Summed(windowQueries, keys))
            : throw new InvalidOperationException("With --evict-by head a layer has no decision for all heads: call KeepByHead.");
    }

    /// <summary>The same for each key head of the layer; the heads of a layer that decides as one, or not at all, get the same array.</summary>
    /// <inheritdoc cref="Keep"/>
    public static int[][] KeepByHead(CachePolicy policy, int layer, HeadRows windowQueries, HeadRows keys)
    {
        if (policy.EvictBy == EvictionSharing.Layer || policy.Eviction != EvictionKind.Count || !policy.Evicts(keys.Rows, layer))
        {
            var same = new int[keys.Heads][];
            Array.Fill(same, Keep(policy, layer, windowQueries, keys));
            return same;
        }
        CheckWindow(policy, keys.Rows, windowQueries);
        return [.. WindowImportance.SummedByKeyHead(windowQueries, keys).Select(importance => KeepTop(policy, layer, importance))];
    }

    /// <summary>The same by count, for an engine that has summed the attention probabilities itself: one importance for each prompt token.</summary>
    public static int[] KeepTop(CachePolicy policy, int layer, ReadOnlySpan<double> importance)
    {
        int prompt = importance.Length;
        double[] judged = Spread(policy, importance);
        for (int t = 0; t < judged.Length; t++)
        {
            judged[t] = IsAlwaysKept(policy, prompt, t) ? double.PositiveInfinity : Math.Max(0, judged[t] - policy.ImportanceFloor);
        }
        return TopK.Of(judged, policy.Kept(prompt, layer));
    }

    /// <summary>Importances as they are compared: spread over neighbours and handed on, as the policy says. Linear: shares are spread by the same code.</summary>
    public static T[] Spread<T>(CachePolicy policy, ReadOnlySpan<T> importance)
        where T : INumberBase<T>
    {
        int prompt = importance.Length;
        T[] pooled = WindowImportance.Pooled(importance, policy.Pooling);
        return policy.Forward > 0 ? WindowImportance.HandedOn<T>(pooled, policy.Forward, t => IsAlwaysKept(policy, prompt, t)) : pooled;
    }

    private static void CheckWindow(CachePolicy policy, int prompt, HeadRows windowQueries)
    {
        int window = policy.WindowLength(prompt);
        if (windowQueries.Rows != window)
        {
            throw new ArgumentException($"A prompt of {prompt} tokens is judged by {window} queries, not by {windowQueries.Rows}.", nameof(windowQueries));
        }
    }

    private static bool IsAlwaysKept(CachePolicy policy, int prompt, int token) =>
        token < policy.SinkTokens || token >= prompt - policy.RecentTokens;

    private static int[] Everything(int tokens) => [.. Enumerable.Range(0, tokens)];
}
