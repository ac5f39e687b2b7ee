using System.Text.Json.Serialization;

namespace MPCache.Cli;

/// <summary>The object that <c>bench protocols --json</c> writes.</summary>
internal sealed record ProtocolReport([property: JsonPropertyName("rows")] ProtocolFigures[] Rows);

/// <summary>One row: bytes of both directions together, bytes dealt, rounds, median seconds with dealing, largest error.</summary>
internal sealed record ProtocolFigures(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("size")] int Size,
    [property: JsonPropertyName("online_bytes")] long OnlineBytes,
    [property: JsonPropertyName("dealt_bytes")] long DealtBytes,
    [property: JsonPropertyName("rounds")] long Rounds,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("max_error")] double? MaxError,
    [property: JsonPropertyName("error_kind")] string ErrorKind);
