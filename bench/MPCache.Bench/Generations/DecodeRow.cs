using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>A decoded token under one policy at one cache length; its ratio is to the plaintext engine's seconds, run by turns.</summary>
internal sealed record DecodeRow : Figures
{
    [JsonPropertyName("policy")]
    public required string Policy { get; init; }

    [JsonPropertyName("cache")]
    public required int Cache { get; init; }

    /// <summary>Median of the plaintext engine's steps.</summary>
    [JsonPropertyName("plain_seconds")]
    public required double PlainSeconds { get; init; }

    [JsonPropertyName("plain_seconds_spread")]
    public required Spread PlainSecondsSpread { get; init; }

    /// <summary>Median of llama.cpp's steps over as many tokens; null where the model is no GGUF.</summary>
    [JsonPropertyName("llama_cpp_seconds")]
    public double? LlamaCppSeconds { get; init; }

    /// <summary>Seconds over those without encryption, run by turns; null where they were not asked for.</summary>
    [JsonPropertyName("encryption_ratio")]
    public Spread? EncryptionRatio { get; init; }

    /// <summary>For each process, seconds a token.</summary>
    [JsonPropertyName("shares")]
    public required Dictionary<string, DecodeShare> Shares { get; init; }

    [JsonPropertyName("plain_cpu_seconds")]
    public required double PlainCpuSeconds { get; init; }
}
