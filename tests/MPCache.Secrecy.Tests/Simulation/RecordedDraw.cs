namespace MPCache.Secrecy.Tests;

/// <summary>One draw as a party saw it.</summary>
internal sealed class RecordedDraw
{
    /// <summary>Who holds a mask; null for a dealt value.</summary>
    public Draws.Sharing? Sharing { get; init; }

    /// <summary>Shares of the masks that a dealt function takes; null where the party holds none.</summary>
    public ulong[]?[] Args { get; init; } = [];

    /// <summary>Its share of what it drew or was dealt; null where it holds none.</summary>
    public ulong[]? Share { get; init; }

    /// <summary>Its form of the weights, where the function has any.</summary>
    public object? Weights { get; init; }

    /// <summary>The permutation that it owns.</summary>
    public uint[] Order { get; init; } = [];

    /// <summary>Where it owns the permutation and rows came for it: the rows, less the peer's mask.</summary>
    public ulong[]? Rows { get; set; }
}
