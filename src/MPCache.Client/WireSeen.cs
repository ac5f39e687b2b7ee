namespace MPCache.Client;

/// <summary>What crossed a client's links up to a moment.</summary>
public sealed record WireSeen
{
    /// <summary>Exchanges with the server. A message that only one side sends right before one that only the other does counts as one with
    /// it: the finished report has the exact number.</summary>
    public required long Rounds { get; init; }

    /// <summary>Payload bytes; what the dealer sends the server does not pass here.</summary>
    public required BytesLine Bytes { get; init; }

    /// <summary>The beginning of the last message of a protocol to the server: shares and masked values.</summary>
    public required byte[] LastToServer { get; init; }

    /// <summary>The beginning of the last one that came.</summary>
    public required byte[] LastToClient { get; init; }

    /// <summary>All that the server was told in words.</summary>
    public required string SaidToServer { get; init; }

    /// <summary>All that the dealer was told in words.</summary>
    public required string SaidToDealer { get; init; }
}
