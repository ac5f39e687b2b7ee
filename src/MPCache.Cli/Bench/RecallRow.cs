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
    /// <summary>Share of the prompts that were answered.</summary>
    [JsonPropertyName("accuracy")]
    public double Accuracy => (double)Answered / Prompts;
}
