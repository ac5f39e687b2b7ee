using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>A decoding step under one policy at one cache length.</summary>
internal sealed record AblationRow : Figures
{
    [JsonPropertyName("policy")]
    public required string Policy { get; init; }

    /// <summary>Tokens in the cache when the step begins, before anything is evicted.</summary>
    [JsonPropertyName("cache")]
    public required int Cache { get; init; }

    /// <summary>Share of them that a head attends to, over all layers.</summary>
    [JsonPropertyName("attended")]
    public required double Attended { get; init; }

    /// <summary>
    /// Online bytes of attention over the cache: from scores to the weighted sum of values, and what a policy adds to them.
    /// </summary>
    [JsonPropertyName("attention_bytes")]
    public required long AttentionBytes { get; init; }

    /// <summary>Eviction after the prompt, and the cluster vectors of the tokens that stay.</summary>
    [JsonPropertyName("once_online_bytes")]
    public required long OnceOnlineBytes { get; init; }

    [JsonPropertyName("once_dealt_bytes")]
    public required long OnceDealtBytes { get; init; }

    [JsonPropertyName("once_rounds")]
    public required long OnceRounds { get; init; }

    /// <summary>Online bytes of the step, stage by stage.</summary>
    [JsonPropertyName("stages")]
    public required Dictionary<string, long> Stages { get; init; }
}
