namespace MPCache.Cache;

/// <summary>
/// How many of a prompt's tokens stay in which layers, all of it public; which of them, <see cref="CountEviction{T}"/> finds.
/// </summary>
public sealed record KeepRule
{
    /// <summary>Tokens that a layer keeps, sinks and recent ones included.</summary>
    public required Func<int, int> Kept { get; init; }

    /// <summary>The layer that decides for a layer: itself, or one before it that keeps as many.</summary>
    public Func<int, int> Leader { get; init; } = layer => layer;

    /// <summary>Sets of tokens in a layer: one for each key head, or one for all.</summary>
    public required int Deciders { get; init; }

    /// <summary>First tokens, which always stay.</summary>
    public int Sinks { get; init; }

    /// <summary>Last tokens, which always stay.</summary>
    public int Recent { get; init; }

    /// <summary>What is called none of the importance, for <see cref="ICacheOperations{T}.Above"/>; 0 for no floor.</summary>
    public double Floor { get; init; }

    /// <summary>
    /// True where the kept tokens must stand in the order of the text: where a later selection takes neighbours together.
    /// </summary>
    public bool InOrder { get; init; }

    /// <summary>Tokens of the prompt that may go.</summary>
    public int Candidates(int prompt) => prompt - Sinks - Recent;

    /// <summary>True for a token that always stays.</summary>
    public bool AlwaysStays(int prompt, int token) => token < Sinks || token >= prompt - Recent;
}
