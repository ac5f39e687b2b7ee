using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>One policy at one budget.</summary>
internal sealed record PolicyRow
{
    /// <summary>Its name.</summary>
    [JsonPropertyName("policy")]
    public required string Policy { get; init; }

    /// <summary>Share of the prompt that a step is to attend to; 1 for the full cache.</summary>
    [JsonPropertyName("budget")]
    public required double Budget { get; init; }

    /// <summary>Its options at the length that was priced.</summary>
    [JsonPropertyName("text")]
    public required string Text { get; init; }

    /// <summary>Answers of each task.</summary>
    [JsonPropertyName("tasks")]
    public required Dictionary<string, Rate> Tasks { get; init; }

    /// <summary>Perplexity of last quarters, where it was asked for.</summary>
    [JsonPropertyName("perplexity"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Perplexity { get; init; }

    /// <summary>Share of the full cache that steps attended to, in the mean.</summary>
    [JsonPropertyName("attended")]
    public required double Attended { get; init; }

    [JsonPropertyName("costs")]
    public required PolicyCosts Costs { get; init; }

    /// <summary>Prompts run privately, and texts equal to the plaintext engine's.</summary>
    [JsonPropertyName("private"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PrivateSample? Private { get; init; }

    /// <summary>All tasks together.</summary>
    [JsonPropertyName("all")]
    public Rate All => Tasks.Values.Aggregate(new Rate(0, 0), (a, b) => a + b);
}
