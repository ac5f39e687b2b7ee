namespace MPCache.Protocols;

/// <summary>
/// What a stream is for. A pad hides what the dealer sends to the server; a mask hides what a party sends online. Were they drawn from one
/// numbering, a dealer that was
/// told another program than the client runs could hide a value of its own under a stream that the client uses as a mask, and the server
/// would read the difference.
/// </summary>
internal enum StreamKind : byte
{
    /// <summary>A mask shared by both parties.</summary>
    Mask = 1,

    /// <summary>The client's share of a dealt value, under which the dealer sends the server's.</summary>
    Pad = 2,

    /// <summary>A mask, bits or a permutation that one party and the dealer know.</summary>
    Private = 3,
}
