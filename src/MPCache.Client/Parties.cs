using System.Security.Cryptography;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Client;

/// <summary>Where a client finds the other two, and what carries their messages.</summary>
/// <param name="Server">The server's address, tcp://HOST:PORT.</param>
/// <param name="Dealer">The dealer's, as the server knows it too; null to use the client's packs.</param>
public sealed record Parties(string Server, string? Dealer)
{
    /// <summary>What carries the messages: the same at all three.</summary>
    public DataPlane Plane { get; init; } = DataPlane.NetMq;

    /// <summary>The client's key and whom it trusts; null: no encryption, on loopback addresses alone.</summary>
    public Keyring? Keys { get; init; }

    /// <summary>A slower link to the server to act like; null for none.</summary>
    public LinkSpeed? Shape { get; init; }

    /// <summary>How long to look for a party that is not there yet.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A slower link, for a report.</summary>
    public static LinkLine? LineOf(LinkSpeed? shape)
        => shape is { } l ? new LinkLine(l.RoundTripMs, l.MegabitsPerSecond, l.Dealer) : null;

    /// <summary>Refuses addresses that cannot be used, before anything is connected.</summary>
    /// <exception cref="ArgumentException">With the address and what to write.</exception>
    public void Check()
    {
        ChannelOptions options = Channel(CancellationToken.None);
        (options with { Shape = Shape }).Check(Server);
        if (Dealer is not null)
        {
            options.Check(Dealer);
        }
    }

    /// <summary>Connects to both, generates, and says goodbye with the reason when something fails. Blocks until the text's end.</summary>
    /// <param name="prompt">Ids.</param>
    /// <param name="request">Sizes, policy and what is opened to the client.</param>
    /// <param name="client">What is the client's own.</param>
    /// <param name="observer">Progress.</param>
    /// <param name="watch">Sees what crosses both links; null for nobody.</param>
    /// <param name="cancel">Ends all waits at once.</param>
    /// <exception cref="ChannelException">A link failed.</exception>
    /// <exception cref="SessionException">A peer said what makes no sense, or its model does not fit the prompt.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public GenerationReport Generate(
        int[] prompt,
        GenerationRequest request,
        ClientOptions client,
        IGenerationObserver observer,
        WireWatch? watch,
        CancellationToken cancel)
    {
        string session = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        ChannelOptions options = Channel(cancel);
        using ILink toServer = Planes.Connect(Server, Role.Server, session, options with { Shape = Shape });
        using ILink? toDealer = Dealer is null ? null : Planes.Connect(Dealer, Role.Dealer, session, options with
        {
            Shape = Shape is { Dealer: true } ? Shape : null,
            Partner = toServer.PeerKey,
            WhileConnecting = toServer.Watch,
        });
        IChannel server = watch?.Server(toServer) ?? toServer;
        IChannel? dealer = toDealer is null ? null : watch?.Dealer(toDealer) ?? toDealer;
        GenerationReport report = Links.Closing(
            () => ClientSession.Run(prompt, request, client, server, dealer, observer),
            Role.Client,
            toDealer is null ? [toServer] : [toServer, toDealer]);
        return report with
        {
            Transport = Plane.ToString().ToLowerInvariant(),
            Link = LineOf(Shape),
        };
    }

    private ChannelOptions Channel(CancellationToken cancel)
        => new() { Self = Role.Client, Cancel = cancel, Keys = Keys, Plane = Plane, ConnectTimeout = Wait };
}
