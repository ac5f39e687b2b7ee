using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>One size of message: microseconds there and back, GB/s one way.</summary>
internal sealed record TransportRow(
    [property: JsonPropertyName("bytes")] int Bytes,
    [property: JsonPropertyName("round_trip_us")] TransportFigures Trip,
    [property: JsonPropertyName("bulk_gb_s")] TransportFigures Bulk);

/// <summary>The median of each way, and the planes' figures over the raw socket's in runs by turns.</summary>
internal sealed record TransportFigures(
    [property: JsonPropertyName("netmq")] double NetMq,
    [property: JsonPropertyName("tcp")] double Tcp,
    [property: JsonPropertyName("raw")] double Raw,
    [property: JsonPropertyName("netmq_ratio")] Spread NetMqRatio,
    [property: JsonPropertyName("tcp_ratio")] Spread TcpRatio);
