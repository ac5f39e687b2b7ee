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

/// <summary>
/// An ordered, reliable link to one peer. A frame arrives whole, in order, with the kind and the length that the receiver names,
/// or the call throws <see cref="ChannelException"/>, which names the peer and the cause. No call waits past its deadline.
/// </summary>
public interface IChannel : IDisposable
{
    /// <summary>Role and address of the peer, for messages: <c>server at tcp://127.0.0.1:5701</c>.</summary>
    string Peer { get; }

    /// <summary>Fingerprint of the key that the peer proved to hold and that is trusted for its role; null where the link does not know its peer.</summary>
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
    /// <exception cref="ChannelException">The deadline passed, the peer has gone, or the frame is of another kind, number or length.</exception>
    void Receive(FrameKind kind, Span<byte> payload);

    /// <summary>Receives one message of at most <paramref name="longest"/> bytes.</summary>
    /// <exception cref="ChannelException">As for <see cref="Receive(FrameKind, Span{byte})"/>.</exception>
    byte[] Receive(FrameKind kind, int longest);
}

/// <summary>Bytes and messages that have crossed a link: payload, and everything handed to the transport (headers, heartbeats).</summary>
public readonly record struct ChannelTraffic(long PayloadSent, long PayloadReceived, long WireSent, long WireReceived, long MessagesSent,
    long MessagesReceived);

/// <summary>Kinds of failures of a link.</summary>
public enum ChannelFault
{
    /// <summary>The peer sent what it should not have, or is not who it should be.</summary>
    Broken,

    /// <summary>The connection ended, or the peer shows no sign of life.</summary>
    Gone,

    /// <summary>The peer lives and did not send what was due in time.</summary>
    Late,

    /// <summary>The peer ended the link and said why.</summary>
    GaveUp,

    /// <summary>The peer ended the link: all is done.</summary>
    Finished,
}

/// <summary>A peer died, stalled, said goodbye or sent what it should not have. The message names the peer, the cause and the cure.</summary>
public sealed class ChannelException : IOException
{
    /// <summary>A failure of the link to <paramref name="peer"/>.</summary>
    public ChannelException(string peer, string message, Exception? inner = null)
        : base($"{peer}: {message}", inner) => Peer = peer;

    /// <summary>Role and address of the peer.</summary>
    public string Peer { get; }

    /// <summary>What kind of failure it is.</summary>
    public ChannelFault Fault { get; init; }

    /// <summary>True when the peer ended the link on purpose and without a failure.</summary>
    public bool PeerFinished => Fault == ChannelFault.Finished;
}
