using MPCache.Protocols;

namespace MPCache.Transport;

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
