using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>What kills at random moments left.</summary>
/// <param name="Clients">Clients that were killed.</param>
/// <param name="Servers">Servers that were killed.</param>
/// <param name="Packs">Packs that were dealt.</param>
/// <param name="Begun">Packs that a server began.</param>
/// <param name="Finished">Sessions that were over when the kill came.</param>
internal sealed record PackKillsRow(
    [property: JsonPropertyName("clients_killed")] int Clients,
    [property: JsonPropertyName("servers_killed")] int Servers,
    [property: JsonPropertyName("packs")] int Packs,
    [property: JsonPropertyName("begun")] int Begun,
    [property: JsonPropertyName("finished")] int Finished);
