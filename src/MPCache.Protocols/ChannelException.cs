namespace MPCache.Protocols;

/// <summary>
/// A peer died, stalled, said goodbye or sent what it should not have. The message names the peer, the cause and the cure.
/// </summary>
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
