using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>What carries the frames.</summary>
public enum DataPlane
{
    /// <summary>NetMQ: <see cref="NetMqChannel"/>.</summary>
    NetMq,

    /// <summary>Plain sockets: <see cref="TcpChannel"/>.</summary>
    Tcp,
}
