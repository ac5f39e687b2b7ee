namespace MPCache.Cache;

/// <summary>
/// Where pages lie in a cache, all of it public: <see cref="First"/> tokens that always take part, pages that compete, then
/// <see cref="Last"/> tokens that always take part.
/// </summary>
public sealed record PageLayout
{
    /// <summary>Over so many cached tokens.</summary>
    public PageLayout(PageRule rule, int tokens)
    {
        Size = rule.Size;
        First = Math.Min(tokens, rule.Sinks);
        Pages = Math.Max(0, (Math.Min(tokens - rule.Recent, rule.PagedTokens) - First) / Size);
        Last = tokens - First - (Pages * Size);
        Kept = Math.Clamp((rule.Budget - First - Last) / Size, 0, Pages);
    }

    /// <summary>Tokens of a page.</summary>
    public int Size { get; }

    /// <summary>First tokens.</summary>
    public int First { get; }

    /// <summary>Pages that compete.</summary>
    public int Pages { get; }

    /// <summary>Last tokens.</summary>
    public int Last { get; }

    /// <summary>Pages that win.</summary>
    public int Kept { get; }

    /// <summary>True where something is left out.</summary>
    public bool Chooses => Kept < Pages;

    /// <summary>Tokens that are attended to.</summary>
    public int Selected => First + (Kept * Size) + Last;
}
