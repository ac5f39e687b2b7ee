namespace MPCache.Cache;

/// <summary>Pages are ranked by the sum of their tokens' exact scores: free on shares, where scores are local.</summary>
public sealed class TokenSelection<T>(ICacheOperations<T> operations, CacheShape shape, PageRule rule)
    : PageSelection<T>(operations, shape, rule)
{
    /// <inheritdoc/>
    protected override ValueTask<T> PageScores(int layer, Step<T> step, PageLayout layout)
    {
        T tokens = Operations.Columns(step.Scores, Shape.Heads, (layout.First, layout.Pages * layout.Size));
        T pages = Operations.SumsOfBlocks(Operations.SumsOfRuns(tokens, layout.Size), Shape.Heads, Rule.Deciders);
        return new(Operations.Comparable(pages));
    }
}
