using MPCache.Client;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary>What carries a session's messages, and the slower link that it acts like.</summary>
/// <param name="Plane">What carries the messages.</param>
/// <param name="Shape">The slower link.</param>
/// <param name="Insecure">Without encryption.</param>
/// <param name="Keys">The client's keys; null for one-time keys, which processes started by this one share.</param>
internal sealed record LinkChoice(DataPlane Plane, LinkSpeed? Shape, bool Insecure = false, Keyring? Keys = null)
{
    /// <summary>The keys in use; null where nothing is encrypted.</summary>
    public Keyring? Ring => Insecure ? null : Keys ?? LocalKeys.Of(Role.Client);

    /// <summary>The slower link, for a report.</summary>
    public LinkLine? Line => MPCache.Client.Parties.LineOf(Shape);

    /// <summary>Parties that are reached so.</summary>
    public Parties Parties(string server, string? dealer) => new(server, dealer) { Plane = Plane, Keys = Ring, Shape = Shape };

    /// <summary>What the dealer's links act like where the client's link to the server acts like this.</summary>
    public static LinkSpeed? OfDealer(LinkSpeed? shape) => shape is { Dealer: true } ? shape : null;
}
