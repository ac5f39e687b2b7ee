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

/// <summary>An address on which peers say hello.</summary>
public interface ILinkListener : IDisposable
{
    /// <summary>The address in use; a port 0 has been replaced by the one that was found.</summary>
    string Address { get; }

    /// <summary>Waits for a peer of this role.</summary>
    ILink Accept(Role peer);

    /// <summary>
    /// Waits for the other peer of a session, as long as the options' connect timeout. Where links are encrypted it must be the one whose key
    /// <paramref name="companion"/> named, and must have named that one's.
    /// </summary>
    /// <exception cref="ChannelException">It did not come.</exception>
    ILink AcceptWithin(Role peer, ILink companion);
}

/// <summary>What carries the frames.</summary>
public enum DataPlane
{
    /// <summary>NetMQ: <see cref="NetMqChannel"/>.</summary>
    NetMq,

    /// <summary>Plain sockets: <see cref="TcpChannel"/>.</summary>
    Tcp,
}

/// <summary>Makes links of the kind that the options name.</summary>
public static class Planes
{
    /// <summary>Connects to a listening peer, waiting for it as long as the options say.</summary>
    /// <exception cref="ChannelException">Nobody answered, or who answered is somebody else.</exception>
    /// <exception cref="ArgumentException">The address is not allowed.</exception>
    public static ILink Connect(string address, Role peer, string session, ChannelOptions options)
    {
        options.Check(address);
        FramedChannel link = options.Plane == DataPlane.Tcp ? TcpChannel.Connect(address, peer, session,
            options) : NetMqChannel.Connect(address, peer, session, options);
        return ShapedLink.Wrap(link, options);
    }

    /// <summary>Listens on tcp://HOST:PORT.</summary>
    /// <exception cref="ArgumentException">The address is not allowed.</exception>
    /// <exception cref="IOException">The port is taken; the message says what to do.</exception>
    public static ILinkListener Bind(string address, ChannelOptions options) =>
        options.Plane == DataPlane.Tcp ? TcpChannelListener.Bind(address, options) : NetMqListener.Bind(address, options);
}
