namespace MPCache.Cache;

/// <summary>How attention judges a prompt's tokens.</summary>
public sealed record AttentionRule
{
    /// <summary>Queries at the end of the prompt that judge its tokens.</summary>
    public required int Window { get; init; }

    /// <summary>
    /// Importance of a token is the sum over this many adjacent tokens, an odd number (SnapKV, arXiv 2404.14469, with the sum in place of
    /// the maximum). 1 changes nothing.
    /// </summary>
    public int Pooling { get; init; } = 1;

    /// <summary>
    /// Importance of a token is summed over itself and this many tokens before it; tokens that always stay hand nothing on. 0 changes
    /// nothing.
    /// </summary>
    public int Forward { get; init; }

    /// <summary>True where layers are judged that drop nothing after the prompt: what they find is used later.</summary>
    public bool Always { get; init; }
}
