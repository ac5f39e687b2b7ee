using System.Text.Json.Serialization;

namespace MPCache.Cli;

/// <summary>What one policy answered.</summary>
internal sealed record RecallRow(
    [property: JsonPropertyName("family")] string Family,
    [property: JsonPropertyName("policy")] string Policy,
    [property: JsonPropertyName("answered")] int Answered,
    [property: JsonPropertyName("prompts")] int Prompts,
    [property: JsonPropertyName("attended")] double Attended)
{
    /// <summary>Of a sample run privately: prompts, answered ones, and texts equal to the plaintext engine's.</summary>
    [JsonPropertyName("private"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PrivateSample? Private { get; init; }

    /// <summary>Share of the prompts that were answered.</summary>
    [JsonPropertyName("accuracy")]
    public double Accuracy => (double)Answered / Prompts;
}

/// <summary>A sample of the prompts, run privately.</summary>
internal sealed record PrivateSample([property: JsonPropertyName("prompts")] int Prompts, [property: JsonPropertyName("answered")] int Answered, [property: JsonPropertyName("same_text")] int SameText);
