using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>A figure of repeated runs: the median, and the quartiles around it.</summary>
/// <param name="Median">Half of the runs are below.</param>
/// <param name="Low">A quarter of the runs are below.</param>
/// <param name="High">A quarter of the runs are above.</param>
internal sealed record Spread(
    [property: JsonPropertyName("median")] double Median, [property: JsonPropertyName("low")] double Low, [property: JsonPropertyName(
        "high")] double High)
{
    /// <summary>Of these values. Between two of them, quantiles are linear (Hyndman and Fan 1996, definition 7).</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? throw new ArgumentException("A spread needs a run.", nameof(values))
            : new Spread(Quantile(sorted, 0.5), Quantile(sorted, 0.25), Quantile(sorted, 0.75));
    }

    /// <summary>
    /// Of the ratios of runs that were made as pairs: what a machine's mood does to both ends of a pair cancels, so this is steadier than a
    /// ratio of medians.
    /// </summary>
    /// <exception cref="ArgumentException">They are no pairs.</exception>
    public static Spread OfRatios(IReadOnlyList<double> values, IReadOnlyList<double> to) => values.Count == to.Count
        ? Of(values.Zip(to, (v, t) => v / t))
        : throw new ArgumentException($"{values.Count} runs and {to.Count} are no pairs.", nameof(to));

    /// <summary>"1.20 (1.15 to 1.31)".</summary>
    public string Show(
        string format) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Median.ToString(format)} "
            + $"({Low.ToString(format)} to {High.ToString(format)})");

    private static double Quantile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        return sorted[below] + ((at - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
