using MPCache.Protocols;

namespace MPCache.Bench;

/// <summary>One process is killed, stopped or paused.</summary>
/// <param name="Victim">Which.</param>
/// <param name="Kind">What happens to it.</param>
/// <param name="After">Time after the client was started.</param>
/// <param name="Fresh">The client has no masked weights yet, so that they are on their way for a while.</param>
internal sealed record Fault(Role Victim, FaultKind Kind, TimeSpan After, bool Fresh)
{
    /// <summary>The victim as error messages write it.</summary>
    public string Name => Victim.ToString().ToLowerInvariant();

    /// <summary>One of these at random, anywhere between the start of a client and the middle of its text.</summary>
    public static Fault Random(Random random, Role[] victims, FaultKind[] kinds) => new(
        victims[random.Next(victims.Length)],
        kinds[random.Next(kinds.Length)],
        TimeSpan.FromSeconds(4 * random.NextDouble()),
        random.Next(2) == 0);

    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()} the {Name} after {After.TotalSeconds:F2} s"
        + (Fresh ? ", no masked weights yet" : "");
}
