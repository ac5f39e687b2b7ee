using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Client;

/// <summary>What a private client needs to know, and how it behaves.</summary>
public sealed record MPCacheClientOptions
{
    /// <summary>The server's address, tcp://HOST:PORT.</summary>
    public required string Server { get; init; }

    /// <summary>The address of the dealer that the server uses.</summary>
    public required string Dealer { get; init; }

    /// <summary>A file or folder of the server's model: tokenizer and chat template are taken from it, weights are not read.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>The client's file of keys (<c>mpcache keys</c>); null for the usual place.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Keys in memory, in place of a file.</summary>
    public Keyring? Keys { get; init; }

    /// <summary>Neither encrypts nor knows the peers, on this machine's loopback addresses alone; as all three must.</summary>
    public bool Insecure { get; init; }

    /// <summary>What carries the messages: the same at all three.</summary>
    public DataPlane Transport { get; init; } = DataPlane.NetMq;

    /// <summary>A slower link to the server to act like; null for none.</summary>
    public LinkSpeed? Shape { get; init; }

    /// <summary>The cache policy with its options, as <c>--policy</c> takes it.</summary>
    public string Policy { get; init; } = "full";

    /// <summary>Tokens of an answer at most where a call does not say; fewer where the model's context ends before.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Runs all tokens that were asked for, so that the server does not learn when the text ended.</summary>
    public bool FixedLength { get; init; }

    /// <summary>Where masked weights are kept: eight bytes a weight, once for each model and server.</summary>
    public string Folder { get; init; } = MaskedWeightsFile.DefaultFolder;

    /// <summary>Masked weights are stored up to this size, bytes.</summary>
    public long MostWeightBytes { get; init; } = 64L << 30;

    /// <summary>Calls that wait for their turn at most: a server runs one. One more throws a <see cref="BusyException"/>.</summary>
    public int MostWaiting { get; init; } = 1024;

    /// <summary>How long to look for a party that is not there yet.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Why the parties cannot answer, where this process knows (it may have started them); null while they can.</summary>
    public Func<string?>? PartiesFailed { get; init; }

    /// <summary>The parties as these options reach them.</summary>
    /// <exception cref="ArgumentException">The key file is missing or damaged; the message says what to do.</exception>
    public Parties Parties() => new(Server, Dealer)
    {
        Plane = Transport,
        Keys = Insecure ? null : Keys ?? ReadKeys(),
        Shape = Shape,
        Wait = Wait,
    };

    private Keyring ReadKeys()
        => MPCache.Transport.KeyFile.Load(KeyFile ?? MPCache.Transport.KeyFile.DefaultPath(Role.Client), Role.Client);
}
