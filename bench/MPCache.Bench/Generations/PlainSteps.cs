using System.Diagnostics;
using MPCache.Cache;
using MPCache.Inference;

namespace MPCache.Bench;

/// <summary>Decoding steps of the plaintext engine over a filled cache.</summary>
/// <param name="Seconds">Of each step.</param>
/// <param name="CpuSeconds">Of a step, in the mean.</param>
internal sealed record PlainSteps(double[] Seconds, double CpuSeconds)
{
    /// <summary>Runs steps over as many tokens as the policy keeps of so many.</summary>
    public static PlainSteps Run(FloatWeights weights, CachePolicy policy, int length, int steps)
    {
        var program = new FloatProgram(weights, CachePolicy.Named("full"));
        program.FillCache(policy.HasPublicCounts
            ? Enumerable.Range(0, weights.Config.Layers).Max(l => policy.Of(weights.Config.Layers).Kept(length, l))
            : length);
        program.Step([1]); // warms up
        using var self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        double[] seconds = new double[steps];
        foreach (ref double step in seconds.AsSpan())
        {
            long start = Stopwatch.GetTimestamp();
            program.Step([1]);
            step = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        self.Refresh();
        return new PlainSteps(seconds, (self.TotalProcessorTime - before).TotalSeconds / steps);
    }
}
