using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>A decoded token with a dealer online, or with packs.</summary>
/// <param name="Way">"dealer" or "packs".</param>
/// <param name="Seconds">Of a token.</param>
/// <param name="Ratio">Of the token's time with a dealer, run by run.</param>
/// <param name="Prompt">Seconds of the filled cache's set-up and eviction.</param>
internal sealed record PackRow(
    [property: JsonPropertyName("way")] string Way,
    [property: JsonPropertyName("seconds")] Spread Seconds,
    [property: JsonPropertyName("ratio_to_dealer")] Spread Ratio,
    [property: JsonPropertyName("prompt_seconds")] double Prompt);
