using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>The model of a report.</summary>
public sealed record ModelLine(
    [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("sha256")] string Sha256, [property: JsonPropertyName(
        "parameters")] long Parameters);
