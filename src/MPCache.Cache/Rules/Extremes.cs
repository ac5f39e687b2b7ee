namespace MPCache.Cache;

/// <summary>Element-wise extremes of runs of rows, by a tree of comparisons.</summary>
internal static class Extremes<T>
{
    /// <summary>
    /// The largest of each run of <paramref name="size"/> rows of the first of <paramref name="rows"/>, and the smallest of the last, runs x
    /// width each. Where only one is given, as at the leaves, a comparison serves both.
    /// </summary>
    public static async ValueTask<(T High, T Low)> Of(ICacheOperations<T> operations, T[] rows, int runs, int size, int width)
    {
        bool same = rows.Length == 1;
        T[] high = Members(rows[0]), low = same ? high : Members(rows[1]);
        for (; high.Length > 1; same = false)
        {
            int pairs = high.Length / 2, blocks = same ? pairs : 2 * pairs;
            T firsts = operations.Beside(1, [.. Halves(high, 0), .. same ? [] : Halves(low, 0)]);
            T seconds = operations.Beside(1, [.. Halves(high, 1), .. same ? [] : Halves(low, 1)]);
            (T larger, T smaller) = await operations.Sort(firsts, seconds);
            T[] oddHigh = high.Length % 2 == 1 ? [high[^1]] : [], oddLow = low.Length % 2 == 1 ? [low[^1]] : [];
            high = [.. Enumerable.Range(0, pairs).Select(p => operations.Block(larger, p, blocks)), .. oddHigh];
            low = [.. Enumerable.Range(blocks - pairs, pairs).Select(p => operations.Block(smaller, p, blocks)), .. oddLow];
        }

        return (high[0], low[0]);

        // The first rows of all runs, the second ones, and so on: each runs x width.
        T[] Members(T all) => [.. Enumerable.Range(0, size).Select(m => operations.Columns(all, runs, (m * width, width)))];
    }

    /// <summary>Of each two neighbours the first (0) or the second (1); an odd one out is left out.</summary>
    private static IEnumerable<T> Halves(T[] members, int which)
        => Enumerable.Range(0, members.Length / 2).Select(p => members[(2 * p) + which]);
}
