namespace MPCache.Cache.Tests;

/// <summary>Small arrays for hand-made and random cases.</summary>
internal static class Rows
{
    /// <summary>One head, rows of one value each: the score of a token is its key times the query.</summary>
    public static HeadRows Column(params float[] values) => new(values, 1, values.Length, 1);

    public static HeadRows Random(int seed, int heads, int rows, int width)
    {
        var random = new Random(seed);
        var data = new float[heads * rows * width];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (float)(random.NextDouble() * 4 - 2);
        }

        return new HeadRows(data, heads, rows, width);
    }

    public static int[] Range(int from, int to) => [.. Enumerable.Range(from, to - from)];

    public static int[] Join(params int[][] parts) => [.. parts.SelectMany(p => p)];
}
