using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>
/// Why a session ended early, as its peers are told. Nothing else leaves a process: details may hold a token of the prompt or a path, and
/// stay at home.
/// </summary>
public enum EndReason
{
    /// <summary>The user stopped it.</summary>
    Interrupted,

    /// <summary>The peer speaks another version.</summary>
    OtherVersion,

    /// <summary>The peer said something out of turn.</summary>
    OutOfTurn,

    /// <summary>The peer's message cannot be read.</summary>
    Unreadable,

    /// <summary>The peer's message makes no sense: a size out of range, or two that do not fit.</summary>
    MakesNoSense,

    /// <summary>Server and client told the dealer different things.</summary>
    Disagreement,

    /// <summary>The server does not allow what was asked for.</summary>
    NotAllowed,

    /// <summary>The server announces more than this client stores.</summary>
    TooLarge,

    /// <summary>The prompt does not fit the server's model.</summary>
    OtherModel,

    /// <summary>The dealer does not deal for this server and model.</summary>
    NotDealt,

    /// <summary>No pack that both hold unused was dealt for the request.</summary>
    NoPack,

    /// <summary>The masked weights could not be stored.</summary>
    Storage,

    /// <summary>The link to the client failed.</summary>
    LostClient,

    /// <summary>The link to the server failed.</summary>
    LostServer,

    /// <summary>The link to the dealer failed.</summary>
    LostDealer,

    /// <summary>Memory ran out.</summary>
    Memory,

    /// <summary>Anything else.</summary>
    Internal,
}
