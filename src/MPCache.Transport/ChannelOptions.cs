using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>How a link behaves.</summary>
public sealed record ChannelOptions
{
    /// <summary>Who this process is.</summary>
    public required Role Self { get; init; }

    /// <summary>Longest wait of one receive while the peer shows signs of life.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Longest wait for the first message after a hello of a peer that nothing is known of (<see cref="Keys"/> is null): longer than <see cref="ConnectTimeout"/>, for which it may itself wait for
    /// a third, and much
    /// shorter than <see cref="Deadline"/>, so that who only shows signs of life does not keep others out for long. A peer whose key is
    /// trusted may take <see cref="Deadline"/>: a client reads all of its masked weights before its first word.
    /// </summary>
    public TimeSpan FirstWord { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>A peer that shows no sign of life for so long is gone.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long to look for a peer that is not there yet.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What carries the frames; both ends must use the same.</summary>
    public DataPlane Plane { get; init; } = DataPlane.NetMq;

    /// <summary>
    /// A slower link to act like; null for none. The connecting end says it and the other follows. Both must run on one machine, since the
    /// times that travel are its clock's.
    /// </summary>
    public LinkSpeed? Shape { get; init; }

    /// <summary>
    /// Our key and whom it trusts: links are encrypted, and both ends prove who they are. Null: neither, and only on loopback addresses.
    /// </summary>
    public Keyring? Keys { get; init; }

    /// <summary>The session's third: fingerprint of the server's key towards the dealer at a client, of the client's at a server.</summary>
    public string? Partner { get; init; }

    /// <summary>Told of peers that were refused for their key.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>Time that a newcomer has for its handshake and its hello.</summary>
    public TimeSpan Introduction { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Called now and then while a peer is looked for that does not answer yet; what it throws ends the search. For instance
    /// <see cref="ILink.Watch"/> of the peer for whose sake it is looked for.
    /// </summary>
    public Action? WhileConnecting { get; init; }

    /// <summary>Ends all waits at once.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>Refuses addresses that leave the machine, unless the link is encrypted.</summary>
    /// <exception cref="ArgumentException">The address is not of the form tcp://HOST:PORT, or leaves the machine without
    /// encryption.</exception>
    public void Check(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme != "tcp" || uri.Port < 0)
        {
            throw new ArgumentException($"\"{address}\" is no address. Write tcp://HOST:PORT, for instance tcp://127.0.0.1:5701.");
        }

        if (!uri.IsLoopback && Shape is not null)
        {
            throw new ArgumentException(
                $"{address} leaves this machine: a link can be shaped on one machine only, whose clock both ends read. Leave "
                    + $"--shape-link out, or use loopback addresses.");
        }

        if (!uri.IsLoopback && Keys is null)
        {
            throw new ArgumentException(
                $"{address} leaves this machine, and without keys a link is not encrypted: whoever reads the links could put the shares "
                    + $"together. " +
                "Leave --insecure-transport out and use keys (mpcache keys --help), or a loopback address.");
        }
    }
}
