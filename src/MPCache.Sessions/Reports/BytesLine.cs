using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>Bytes on each link.</summary>
public sealed record BytesLine
{
    /// <summary>Client to server.</summary>
    [JsonPropertyName("client_to_server")] public long ClientToServer { get; init; }

    /// <summary>Server to client.</summary>
    [JsonPropertyName("server_to_client")] public long ServerToClient { get; init; }

    /// <summary>Dealer to client.</summary>
    [JsonPropertyName("dealer_to_client")] public long DealerToClient { get; init; }

    /// <summary>Dealer to server.</summary>
    [JsonPropertyName("dealer_to_server")] public long DealerToServer { get; init; }

    /// <summary>Either party to the dealer.</summary>
    [JsonPropertyName("to_dealer")] public long ToDealer { get; init; }
}
