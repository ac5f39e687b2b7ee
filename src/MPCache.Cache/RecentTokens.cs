namespace MPCache.Cache;

/// <summary>Attention sinks and a sliding window (StreamingLLM, arXiv 2309.17453).</summary>
public static class RecentTokens
{
    /// <summary>
    /// Of <paramref name="tokens"/> positions the first <paramref name="sinks"/> and the most recent ones, <paramref name="budget"/> in all,
    /// ascending; all of them where the budget allows. The last position always stays, if need be in place of a sink.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is below 1, or a count is negative.</exception>
    public static int[] Of(int tokens, int sinks, int budget)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        ArgumentOutOfRangeException.ThrowIfNegative(sinks);
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 1);
        if (tokens <= budget)
        {
            return [.. Enumerable.Range(0, tokens)];
        }
        int first = Math.Min(sinks, budget - 1);
        return [.. Enumerable.Range(0, first), .. Enumerable.Range(tokens - (budget - first), budget - first)];
    }
}
