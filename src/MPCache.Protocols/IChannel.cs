namespace MPCache.Protocols;

/// <summary>
/// An ordered, reliable link to one peer. A frame arrives whole, in order, with the kind and the length that the receiver names,
/// or the call throws <see cref="ChannelException"/>, which names the peer and the cause. No call waits past its deadline.
/// </summary>
public interface IChannel : IDisposable
{
    /// <summary>Role and address of the peer, for messages: <c>server at tcp://127.0.0.1:5701</c>.</summary>
    string Peer { get; }

    /// <summary>
    /// Fingerprint of the key that the peer proved to hold and that is trusted for its role; null where the link does not know its peer.
    /// </summary>
    string? PeerKey => null;

    /// <summary>What has crossed this link so far, frame headers and heartbeats included.</summary>
    ChannelTraffic Traffic { get; }

    /// <summary>
    /// Sends one message. The payload is copied or sent before the call returns, so the caller may reuse it.
    /// Blocks while more than a fixed number of bytes wait for a slow peer that still shows signs of life.
    /// </summary>
    /// <exception cref="ChannelException">The peer has died, stalled or said goodbye.</exception>
    void Send(FrameKind kind, ReadOnlySpan<byte> payload);

    /// <summary>Receives one message of exactly <paramref name="payload"/>'s length.</summary>
    /// <exception cref="ChannelException">The deadline passed, the peer has gone, or the frame is of another kind, number or
    /// length.</exception>
    void Receive(FrameKind kind, Span<byte> payload);

    /// <summary>Receives one message of at most <paramref name="longest"/> bytes.</summary>
    /// <exception cref="ChannelException">As for <see cref="Receive(FrameKind, Span{byte})"/>.</exception>
    byte[] Receive(FrameKind kind, int longest);
}
