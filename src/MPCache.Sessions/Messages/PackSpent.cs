namespace MPCache.Sessions;

/// <summary>A party has marked a pack as spent, on its disk.</summary>
/// <param name="Pack">The pack's name.</param>
public sealed record PackSpent(string Pack);
