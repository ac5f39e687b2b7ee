using System.Collections.Concurrent;
using MPCache.Protocols;

namespace MPCache.Testing;

/// <summary>A link within one process: frames wait in a queue of limited length, as a real link's buffers are limited.</summary>
public sealed class MemoryChannel : IChannel
{
    private const int MostWaiting = 256;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2), s_step = TimeSpan.FromMilliseconds(50);

    private readonly BlockingCollection<(FrameKind Kind, byte[] Payload)> _out, _in;
    private readonly List<byte[]>? _kept;
    private long _sent, _received, _framesSent, _framesReceived;

    private MemoryChannel(BlockingCollection<(FrameKind, byte[])> @out, BlockingCollection<(FrameKind, byte[])> @in, bool keeps)
    {
        (_out, _in) = (@out, @in);
        _kept = keeps ? [] : null;
    }

    /// <summary>Two ends.</summary>
    /// <param name="keeps">Whether each end keeps what it sends, for tests of what a party sees.</param>
    public static (MemoryChannel A, MemoryChannel B) Pair(bool keeps = false)
    {
        var ab = new BlockingCollection<(FrameKind, byte[])>(MostWaiting);
        var ba = new BlockingCollection<(FrameKind, byte[])>(MostWaiting);
        return (new MemoryChannel(ab, ba, keeps), new MemoryChannel(ba, ab, keeps));
    }

    /// <summary>Every payload that this end sent.</summary>
    /// <exception cref="InvalidOperationException">The pair was made without keeping them.</exception>
    public List<byte[]> Sent => _kept ?? throw new InvalidOperationException("This pair does not keep what is sent.");

    public string Peer => "peer in this process";

    public ChannelTraffic Traffic => new(_sent, _received, _sent, _received, _framesSent, _framesReceived);

    public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        byte[] copy = payload.ToArray();
        _kept?.Add(copy);
        (_sent, _framesSent) = (_sent + copy.Length, _framesSent + 1);
        for (int waits = 0; !_out.TryAdd((kind, copy), s_step); waits++)
        {
            if (_in.IsAddingCompleted)
            {
                throw new ChannelException(Peer, "has gone.");
            }

            if (waits * s_step > s_patience)
            {
                throw new ChannelException(Peer, $"it took none of {MostWaiting} frames.");
            }
        }
    }

    public void Receive(FrameKind kind, Span<byte> payload)
    {
        byte[] got = Receive(kind, payload.Length);
        if (got.Length != payload.Length)
        {
            throw new ChannelException(Peer, $"a frame of {got.Length} bytes came, {payload.Length} were expected.");
        }

        got.CopyTo(payload);
    }

    public byte[] Receive(FrameKind kind, int longest)
    {
        if (!_in.TryTake(out (FrameKind Kind, byte[] Payload) frame, s_patience))
        {
            throw new ChannelException(Peer, _in.IsCompleted ? "has gone." : "no frame came.");
        }

        if (frame.Kind != kind || frame.Payload.Length > longest)
        {
            throw new ChannelException(
                Peer,
                $"a frame {frame.Kind} of {frame.Payload.Length} bytes came, {kind} of at most {longest} was expected.");
        }

        (_received, _framesReceived) = (_received + frame.Payload.Length, _framesReceived + 1);
        return frame.Payload;
    }

    /// <summary>The end of the line, as when a process dies: the peer gets what was sent before, then an error.</summary>
    public void Break() => _out.CompleteAdding();

    public void Dispose()
    {
    }
}
