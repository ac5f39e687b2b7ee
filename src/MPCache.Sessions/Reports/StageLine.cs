using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>One stage of the program, over prefill and decoding together.</summary>
public sealed record StageLine(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("rounds")] long Rounds,
    [property: JsonPropertyName("bytes")] long Bytes,
    [property: JsonPropertyName("dealt")] long Dealt);
