using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>So many of so many, with the interval in which the true rate lies with 95 % confidence (Wilson, 1927).</summary>
internal sealed record Rate([property: JsonPropertyName("right")] int Right, [property: JsonPropertyName("of")] int Of)
{
    private const double Z = 1.959964; // two-sided, 95 %

    /// <summary>The share.</summary>
    [JsonIgnore]
    public double Value => Of == 0 ? 0 : (double)Right / Of;

    /// <summary>Lower end, 0 to 1.</summary>
    [JsonPropertyName("low")]
    public double Low => Of == 0 ? 0 : Math.Max(0, Centre - Half);

    /// <summary>Upper end, 0 to 1.</summary>
    [JsonPropertyName("high")]
    public double High => Of == 0 ? 1 : Math.Min(1, Centre + Half);

    private double Centre => (Value + (Z * Z / (2 * Of))) / (1 + (Z * Z / Of));

    private double Half => Z / (1 + (Z * Z / Of)) * Math.Sqrt((Value * (1 - Value) / Of) + (Z * Z / (4.0 * Of * Of)));

    /// <summary>Both together.</summary>
    public static Rate operator +(Rate a, Rate b) => new(a.Right + b.Right, a.Of + b.Of);
}
