using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>A link of a report, and whether the dealer's links were like it too.</summary>
public sealed record LinkLine(
    [property: JsonPropertyName("rtt_ms")] double RoundTripMs, [property: JsonPropertyName(
        "mbit_s")] double MegabitsPerSecond, [property: JsonPropertyName("dealer")] bool Dealer);
