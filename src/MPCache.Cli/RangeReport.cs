using MPCache.Inference;
using MPCache.Models;

namespace MPCache.Cli;

/// <summary>What <c>--check-ranges</c> prints: where a text leaves the ranges that calibration gave a model.</summary>
internal static class RangeReport
{
    /// <summary>Runs a prompt and its text in single precision and says what left its range.</summary>
    public static void Write(TextWriter to, ModelFile file, int[] tokens)
    {
        var weights = new FloatWeights(file);
        FixedPointPlan plan = Calibration.Run(file, weights).Plan;
        IReadOnlyList<RangeWatch.Departure> found = RangeWatch.Run(file.Config, weights, plan, tokens);
        to.WriteLine(found.Count == 0 ? $"ranges: all tensors of {tokens.Length:N0} tokens stayed within theirs" : $"ranges: "
            + $"{found.Count} tensors left theirs");
        foreach (RangeWatch.Departure d in found)
        {
            bool small = d.Seen < d.Limit.Least;
            double limit = small ? d.Limit.Least : d.Limit.Most, times = small ? limit / d.Seen : d.Seen / limit;
            to.WriteLine($"  layer {d.Limit.Layer,3}  {d.Limit.Tensor,-36} {d.Seen,12:G4} where {limit:G4} is the "
                + $"{(small ? "least" : "most")}: {times:F2} times, at token {d.Token} (first at {d.First})");
        }
    }
}
