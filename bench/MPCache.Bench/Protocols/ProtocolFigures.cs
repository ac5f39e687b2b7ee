using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>One protocol at one size: totals, not figures an element; seconds hold the dealing.</summary>
internal sealed record ProtocolFigures : Figures
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("size")]
    public required int Size { get; init; }

    [JsonPropertyName("max_error")]
    public required double? MaxError { get; init; }

    /// <summary>"absolute" or "relative".</summary>
    [JsonPropertyName("error_kind")]
    public required string ErrorKind { get; init; }
}
