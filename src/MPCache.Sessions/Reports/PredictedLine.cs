using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>What the cost engine says of a phase.</summary>
public sealed record PredictedLine(
    [property: JsonPropertyName("rounds")] long Rounds,
    [property: JsonPropertyName("bytes")] BytesLine Bytes);
