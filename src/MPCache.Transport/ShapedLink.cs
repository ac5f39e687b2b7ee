using System.Buffers.Binary;
using System.Diagnostics;
using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>
/// Makes a link act like a slower one. The sender works out when each message would have arrived and writes the time before it (8 bytes,
/// which no counter shows);
/// the receiver does not hand it out before. So the time in which the receiver computed counts, and the directions are independent. Both
/// ends read one machine's clock.
/// </summary>
internal sealed class ShapedLink : ILink
{
    private const int StampBytes = 8;

    private readonly ILink _inner;
    private readonly LinkClock _clock;
    private readonly ChannelOptions _options;
    private readonly Line _out;
    private byte[] _buffer = new byte[1 << 16];
    private long _sent, _received;

    internal ShapedLink(ILink inner, LinkSpeed shape, ChannelOptions options, LinkClock clock) => (_inner, _options, _clock,
        _out) = (inner, options, clock, new Line(shape));

    public string Peer => _inner.Peer;

    public Role PeerRole => _inner.PeerRole;

    public string Session => _inner.Session;

    public string? PeerKey => _inner.PeerKey;

    public string? Partner => _inner.Partner;

    public LinkSpeed? Shape => _inner.Shape;

    public ChannelTraffic Traffic
    {
        get
        {
            (ChannelTraffic t, long sent, long received) = (_inner.Traffic, _sent * StampBytes, _received * StampBytes);
            return t with
            {
                PayloadSent = t.PayloadSent - sent,
                WireSent = t.WireSent - sent,
                PayloadReceived = t.PayloadReceived - received,
                WireReceived = t.WireReceived - received
            };
        }
    }

    /// <summary>The link, shaped if its handshake says so.</summary>
    public static ILink Wrap(FramedChannel link, ChannelOptions options) => link.Shape is { } shape ? new ShapedLink(link, shape, options,
        new LinkClock()) : link;

    public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        Span<byte> stamped = Buffer(payload.Length + StampBytes);
        BinaryPrimitives.WriteInt64LittleEndian(stamped, _out.Arrival(_clock.Now, Frame.HeaderBytes + payload.Length));
        payload.CopyTo(stamped[StampBytes..]);
        _sent++;
        _inner.Send(kind, stamped);
    }

    public void Receive(FrameKind kind, Span<byte> payload)
    {
        Span<byte> stamped = Buffer(payload.Length + StampBytes);
        _inner.Receive(kind, stamped);
        Await(stamped);
        stamped[StampBytes..].CopyTo(payload);
    }

    public byte[] Receive(FrameKind kind, int longest)
    {
        byte[] stamped = _inner.Receive(kind, Math.Min(longest, int.MaxValue - StampBytes) + StampBytes);
        if (stamped.Length < StampBytes)
        {
            throw new ChannelException(Peer,
                "sent a message without its time. Both ends must shape the link: the same version on both sides does.");
        }

        Await(stamped);
        return stamped[StampBytes..];
    }

    public void Watch() => _inner.Watch();

    public void Close(string? reason) => _inner.Close(reason);

    public void Dispose() => _inner.Dispose();

    private void Await(ReadOnlySpan<byte> stamped)
    {
        _received++;
        long due = BinaryPrimitives.ReadInt64LittleEndian(stamped), wait = due - _clock.Now;
        if (wait > 0 && wait > _options.Deadline.TotalSeconds * Stopwatch.Frequency)
        {
            throw new ChannelException(Peer,
                $"sent a message that would take longer than {_options.Deadline.TotalSeconds:F0} s on the link that --shape-link asks "
                    + $"for. Choose a faster link; and both ends must run on one machine.");
        }

        _clock.Until(due, _options.Cancel);
    }

    private Span<byte> Buffer(int length)
    {
        if (_buffer.Length < length)
        {
            _buffer = new byte[Math.Max(length, Math.Min(2L * _buffer.Length, Array.MaxLength))];
        }

        return _buffer.AsSpan(0, length);
    }
}
