using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>One size of message: microseconds there and back, GB/s one way.</summary>
internal sealed record TransportRow(
    [property: JsonPropertyName("bytes")] int Bytes,
    [property: JsonPropertyName("round_trip_us")] TransportFigures Trip,
    [property: JsonPropertyName("bulk_gb_s")] TransportFigures Bulk);
