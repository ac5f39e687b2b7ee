using System.Text.Json.Serialization;
using MPCache.Inference;

namespace MPCache.Sessions;

/// <summary>How the tokens of a report were drawn: enough to draw them again.</summary>
public sealed record SamplingLine(
    [property: JsonPropertyName("temperature")] double Temperature,
    [property: JsonPropertyName("top_k")] int TopK,
    [property: JsonPropertyName("top_p")] double TopP,
    [property: JsonPropertyName("min_p")] double MinP,
    [property: JsonPropertyName("seed")] ulong Seed,
    [property: JsonPropertyName("repeat_penalty")] double RepeatPenalty,
    [property: JsonPropertyName("presence_penalty")] double PresencePenalty,
    [property: JsonPropertyName("frequency_penalty")] double FrequencyPenalty,
    [property: JsonPropertyName("repeat_last_n")] int PenaltyWindow)
{
    /// <summary>The line; null where the largest logit was taken.</summary>
    public static SamplingLine? Of(SamplingOptions o) => !o.Changes
        ? null
        : new(
            o.Temperature,
            o.TopK,
            o.TopP,
            o.MinP,
            o.Seed,
            o.RepeatPenalty,
            o.PresencePenalty,
            o.FrequencyPenalty,
            o.PenaltyWindow);
}
