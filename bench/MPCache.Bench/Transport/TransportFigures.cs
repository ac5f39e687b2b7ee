using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>The median of each route, and the planes' figures over the raw socket's in runs by turns.</summary>
internal sealed record TransportFigures(
    [property: JsonPropertyName("netmq")] double NetMq,
    [property: JsonPropertyName("tcp")] double Tcp,
    [property: JsonPropertyName("raw")] double Raw,
    [property: JsonPropertyName("netmq_ratio")] Spread NetMqRatio,
    [property: JsonPropertyName("tcp_ratio")] Spread TcpRatio);
