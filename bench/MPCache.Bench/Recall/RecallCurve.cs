using System.Globalization;
using MPCache.Cache;


namespace MPCache.Bench;

/// <summary>The policies of the curve: each family at several shares of the prompt.</summary>
internal static class RecallCurve
{
    /// <summary>The family that is a line across the picture, since it has no share.</summary>
    public const string Full = "full";

    public static double[] Ratios { get; } = [0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7];

    public static IReadOnlyList<(string Family, CachePolicy Policy)> Policies(IReadOnlyList<double> ratios)
    {
        string[][] families =
        [
            ["mpcache+, a share", "mpcache+ --budget 0 --static-ratio"],
            ["static, for each layer", "static --static-ratio"],
            ["window", "window --static-ratio"],
            ["mpcache (paper)", "mpcache --static-ratio"],
        ];
        return
        [
            (Full, CachePolicy.Named("full")),
            .. families.SelectMany(
                f => ratios.Select(r => (f[0], CachePolicy.Parse($"{f[1]} {r.ToString(CultureInfo.InvariantCulture)}")))),
            .. new[] { 64, 96, 128 }.Select(b => ("mpcache+, a number of tokens", CachePolicy.Parse($"mpcache+ --budget {b}"))),
        ];
    }
}
