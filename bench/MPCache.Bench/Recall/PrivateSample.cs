using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>A sample of the prompts, run privately.</summary>
internal sealed record PrivateSample(
    [property: JsonPropertyName("prompts")] int Prompts,
    [property: JsonPropertyName("answered")] int Answered,
    [property: JsonPropertyName("same_text")] int SameText);
