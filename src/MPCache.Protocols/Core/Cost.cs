namespace MPCache.Protocols;

/// <summary>Rounds and bytes. A round is one exchange: each party sends at most one message, none before it has the previous one.</summary>
/// <param name="Rounds">Exchanges, one-way messages included.</param>
/// <param name="ToServer">Payload bytes from client to server.</param>
/// <param name="ToClient">Payload bytes from server to client.</param>
/// <param name="Dealt">Payload bytes of corrections from dealer to server.</param>
public readonly record struct Cost(long Rounds, long ToServer, long ToClient, long Dealt)
{
    /// <summary>Online bytes of both directions together.</summary>
    public long Online => ToServer + ToClient;

    /// <summary>Component-wise sum.</summary>
    public static Cost operator +(Cost a, Cost b)
        => new(a.Rounds + b.Rounds, a.ToServer + b.ToServer, a.ToClient + b.ToClient, a.Dealt + b.Dealt);

    /// <summary>Component-wise difference.</summary>
    public static Cost operator -(Cost a, Cost b)
        => new(a.Rounds - b.Rounds, a.ToServer - b.ToServer, a.ToClient - b.ToClient, a.Dealt - b.Dealt);
}
