using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>Where a process's time went while tokens were decoded, all of them together.</summary>
/// <param name="Seconds">Wall-clock.</param>
/// <param name="CpuSeconds">CPU time of all its threads.</param>
/// <param name="ExchangeSeconds">In exchanges: handing over messages and waiting for the peer.</param>
/// <param name="CorrelationSeconds">On correlations: expanding seeds; at the server also waiting for the dealer; at the dealer computing
/// them.</param>
public sealed record DecodeShare(
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("cpu_seconds")] double CpuSeconds,
    [property: JsonPropertyName("exchange_seconds")] double ExchangeSeconds,
    [property: JsonPropertyName("correlation_seconds")] double CorrelationSeconds);
