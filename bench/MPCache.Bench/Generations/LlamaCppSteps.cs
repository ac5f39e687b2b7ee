using System.Diagnostics;
using MPCache.Oracles;

namespace MPCache.Bench;

/// <summary>llama.cpp's decoding steps after so many tokens with the full cache: what the same text costs without privacy, on the file's own quantised weights.</summary>
internal static class LlamaCppSteps
{
    private const int AnyToken = 5; // what a step costs does not depend on it

    /// <summary>Seconds of each step.</summary>
    public static double[] Run(LlamaCpp model, int cache, int steps)
    {
        model.Clear();
        model.Step([.. Enumerable.Repeat(AnyToken, cache)]);
        return [.. Enumerable.Range(0, steps).Select(_ =>
        {
            var clock = Stopwatch.StartNew();
            model.Step([AnyToken]);
            return clock.Elapsed.TotalSeconds;
        })];
    }
}
