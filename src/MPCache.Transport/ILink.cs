using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>A channel with what its handshake told.</summary>
public interface ILink : IChannel
{
    /// <summary>Who the peer is.</summary>
    Role PeerRole { get; }

    /// <summary>The session's name.</summary>
    string Session { get; }

    /// <summary>Fingerprint of the key of the session's third, as the peer names it; null where it named none.</summary>
    string? Partner { get; }

    /// <summary>The link that this one is slowed down to; null for none. The connecting end chooses it.</summary>
    LinkSpeed? Shape { get; }

    /// <summary>Ends the link; the peer's next call says why. No reason means that all is well.</summary>
    void Close(string? reason);
}
