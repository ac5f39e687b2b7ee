namespace MPCache.Protocols;

/// <summary>What a frame carries. The receiver names the kind it expects; another kind is an error that names both.</summary>
public enum FrameKind : byte
{
    /// <summary>First frame each way: protocol version, role, session.</summary>
    Hello = 1,

    /// <summary>Public parameters, reports and requests to stop: small, of variable length.</summary>
    Control = 2,

    /// <summary>One direction of one exchange between client and server: the openings of a round.</summary>
    Round = 3,

    /// <summary>Dealer to server: corrections, in the order in which the parties consume them.</summary>
    Corrections = 4,

    /// <summary>Server to client during set-up: the masked weights F = W - B.</summary>
    MaskedWeights = 5,

    /// <summary>Sign of life while a party computes.</summary>
    Heartbeat = 6,

    /// <summary>The sender is ending the run; the payload is the reason in UTF-8.</summary>
    Goodbye = 7,
}
