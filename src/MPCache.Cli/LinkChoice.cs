using MPCache.Transport;

namespace MPCache.Cli;

/// <summary>What carries a session's messages, and the slower link that it acts like.</summary>
internal sealed record LinkChoice(DataPlane Plane, LinkSpeed? Shape, bool Insecure = false)
{
    /// <summary>The slower link, for a report.</summary>
    public LinkLine? Line => Shape is { } l ? new LinkLine(l.RoundTripMs, l.MegabitsPerSecond, l.Dealer) : null;

    /// <summary>What the dealer's links act like.</summary>
    public LinkSpeed? DealerShape => OfDealer(Shape);

    /// <summary>What the dealer's links act like where the client's link to the server acts like this.</summary>
    public static LinkSpeed? OfDealer(LinkSpeed? shape) => shape is { Dealer: true } ? shape : null;
}
