using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>What one policy answered.</summary>
internal sealed record RecallRow
{
    /// <summary>The policy's line in a picture: several policies that differ in one number.</summary>
    [JsonPropertyName("family")]
    public required string Family { get; init; }

    [JsonPropertyName("policy")]
    public required string Policy { get; init; }

    [JsonPropertyName("answered")]
    public required int Answered { get; init; }

    [JsonPropertyName("prompts")]
    public required int Prompts { get; init; }

    /// <summary>Tokens of the shortest prompt.</summary>
    [JsonPropertyName("shortest")]
    public required int Shortest { get; init; }

    /// <summary>Tokens of the longest.</summary>
    [JsonPropertyName("longest")]
    public required int Longest { get; init; }

    /// <summary>Share of the full cache that the steps attended to.</summary>
    [JsonPropertyName("attended")]
    public required double Attended { get; init; }

    /// <summary>Of a sample run privately: prompts, answered ones, and texts equal to the plaintext engine's.</summary>
    [JsonPropertyName("private"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PrivateSample? Private { get; init; }

    /// <summary>Share of the prompts that were answered.</summary>
    [JsonPropertyName("accuracy")]
    public double Accuracy => (double)Answered / Prompts;
}
