using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>An address on which peers say hello.</summary>
public interface ILinkListener : IDisposable
{
    /// <summary>The address in use; a port 0 has been replaced by the one that was found.</summary>
    string Address { get; }

    /// <summary>Waits for a peer of this role.</summary>
    ILink Accept(Role peer);

    /// <summary>
    /// Waits for the other peer of a session, as long as the options' connect timeout. Where links are encrypted it must be the one whose
    /// key
    /// <paramref name="companion"/> named, and must have named that one's.
    /// </summary>
    /// <exception cref="ChannelException">It did not come, or the companion has gone meanwhile.</exception>
    ILink AcceptWithin(Role peer, ILink companion);
}
