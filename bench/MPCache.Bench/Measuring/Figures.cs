using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>What a row of several benchmarks holds: exact costs, and time.</summary>
internal abstract record Figures
{
    /// <summary>Payload of both directions between client and server together.</summary>
    [JsonPropertyName("online_bytes")]
    public required long OnlineBytes { get; init; }

    /// <summary>Corrections that the dealer sent to the server.</summary>
    [JsonPropertyName("dealt_bytes")]
    public required long DealtBytes { get; init; }

    [JsonPropertyName("rounds")]
    public required long Rounds { get; init; }

    /// <summary>Median of the runs; null in a plan.</summary>
    [JsonPropertyName("seconds")]
    public double? Seconds { get; init; }

    /// <summary>The median with its quartiles; null in a plan.</summary>
    [JsonPropertyName("seconds_spread"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Spread? SecondsSpread { get; init; }

    /// <summary>
    /// Seconds over those of what the benchmark compares with, run by turns; null where there is nothing to compare with.
    /// </summary>
    [JsonPropertyName("ratio"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Spread? Ratio { get; init; }
}
