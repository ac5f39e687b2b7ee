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

    /// <summary>
    /// Looks, without waiting, whether the peer is still there, for who waits for somebody else meanwhile. What it sent stays to be read.
    /// </summary>
    /// <exception cref="ChannelException">It has gone, or has said goodbye.</exception>
    void Watch();

    /// <summary>Ends the link; the peer's next call says why. No reason means that all is well.</summary>
    void Close(string? reason);
}
