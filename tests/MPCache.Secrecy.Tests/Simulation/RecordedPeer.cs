namespace MPCache.Secrecy.Tests;

/// <summary>
/// A link to a peer that was recorded: what leaves is answered by <see cref="SolvingCorrelations"/>, what comes is what came.
/// </summary>
internal sealed class RecordedPeer(SolvingCorrelations party, IEnumerable<byte[]> sent, IEnumerable<byte[]> received) : IChannel
{
    private readonly Queue<byte[]> _sent = new(sent), _received = new(received);
    private byte[]? _comes;

    public string Peer => "recorded peer";

    public ChannelTraffic Traffic => default;

    public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        bool hears = party.Hears;
        byte[] comes = hears ? [.. _received.Dequeue()] : [];
        party.Answer(payload, _sent.Dequeue(), comes);
        _comes = hears ? comes : null;
    }

    public void Receive(FrameKind kind, Span<byte> payload)
    {
        if (_comes is null)
        {
            party.Listen();
        }

        (_comes ?? _received.Dequeue()).CopyTo(payload);
        _comes = null;
    }

    public byte[] Receive(FrameKind kind, int longest) => throw new NotSupportedException("A program receives whole rounds.");

    /// <summary>Whether all that was recorded came to pass.</summary>
    public bool IsOver => _sent.Count == 0 && _received.Count == 0;

    public void Dispose()
    {
    }
}
