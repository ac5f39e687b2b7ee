namespace MPCache.Secrecy.Tests;

/// <summary>A link that keeps what is sent; nothing comes.</summary>
internal sealed class Sink : IChannel
{
    public List<byte[]> Sent { get; } = [];

    public string Peer => "sink";

    public ChannelTraffic Traffic => default;

    public void Send(FrameKind kind, ReadOnlySpan<byte> payload) => Sent.Add(payload.ToArray());

    public void Receive(FrameKind kind, Span<byte> payload) => throw new NotSupportedException("Nothing comes from a sink.");

    public byte[] Receive(FrameKind kind, int longest) => throw new NotSupportedException("Nothing comes from a sink.");

    public void Dispose()
    {
    }
}
