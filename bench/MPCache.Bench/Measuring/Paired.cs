namespace MPCache.Bench;

/// <summary>Runs things by turns, so that whatever else the machine does meets all of them alike.</summary>
internal static class Paired
{
    /// <summary>One run of each way, then another of each, and so on.</summary>
    /// <param name="ways">What is compared.</param>
    /// <param name="runs">Runs of each that count.</param>
    /// <param name="warm">Runs of each before them that do not.</param>
    /// <param name="run">One run.</param>
    /// <returns>For each way its results: the i-th of all ways were made one after another.</returns>
    public static async Task<TResult[][]> Run<TWay, TResult>(IReadOnlyList<TWay> ways, int runs, int warm, Func<TWay, Task<TResult>> run)
    {
        TResult[][] results = [.. ways.Select(_ => new TResult[runs])];
        for (int i = -warm; i < runs; i++)
        {
            for (int way = 0; way < ways.Count; way++)
            {
                TResult result = await run(ways[way]);
                if (i >= 0)
                {
                    results[way][i] = result;
                }
            }
        }

        return results;
    }
}
