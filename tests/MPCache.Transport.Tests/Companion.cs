using MPCache.Protocols;

namespace MPCache.Transport.Tests;

/// <summary>What a listener knows of a session's first peer.</summary>
internal sealed class Companion(string session, string? key = null, string? partner = null) : ILink
{
    public string Peer => "companion";

    public Role PeerRole => Role.Client;

    public string Session => session;

    public string? PeerKey => key;

    public string? Partner => partner;

    public LinkSpeed? Shape => null;

    public ChannelTraffic Traffic => default;

    public void Send(FrameKind kind, ReadOnlySpan<byte> payload) => throw new NotSupportedException();

    public void Receive(FrameKind kind, Span<byte> payload) => throw new NotSupportedException();

    public byte[] Receive(FrameKind kind, int longest) => throw new NotSupportedException();

    public void Watch()
    {
    }

    public void Close(string? reason)
    {
    }

    public void Dispose()
    {
    }
}
