namespace MPCache.Cache;

/// <summary>How pages of neighbouring cached tokens are selected at each step, all of it public.</summary>
public sealed record PageRule
{
    /// <summary>Tokens of a page; 1 selects single tokens.</summary>
    public required int Size { get; init; }

    /// <summary>Tokens that a head attends to at most, those that always take part included.</summary>
    public required int Budget { get; init; }

    /// <summary>First tokens, which always take part.</summary>
    public int Sinks { get; init; }

    /// <summary>Last tokens, which always take part, with those of a page that they leave incomplete.</summary>
    public int Recent { get; init; } = 1;

    /// <summary>Selections in a layer: one for each head, or for several heads together.</summary>
    public required int Deciders { get; init; }

    /// <summary>First layers, which select nothing.</summary>
    public int Dense { get; init; }

    /// <summary>Cached tokens behind which no page begins: pages of generated tokens, where they are not made.</summary>
    public int PagedTokens { get; init; } = int.MaxValue;

    /// <summary>Tokens that a head of a layer attends to when so many are cached.</summary>
    public int Selected(int layer, int tokens) => layer < Dense ? tokens : new PageLayout(this, tokens).Selected;
}
