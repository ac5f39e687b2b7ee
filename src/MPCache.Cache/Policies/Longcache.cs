namespace MPCache.Cache;

/// <summary>
/// LongCache (arXiv 2407.15176): the whole cache stays; each head attends to the first and the last tokens and, at each step, to those with
/// the largest scores. The original scores without positions, to reach beyond the trained range; within it, where this engine stays, scores
/// are those of attention itself.
/// </summary>
public sealed record Longcache : PagePolicy
{
    /// <summary>With its defaults.</summary>
    public Longcache()
    {
        (Page, Sinks, Recent) = (1, 4, 64);
    }

    /// <inheritdoc/>
    public override string Name => "longcache";

    /// <inheritdoc/>
    public override string Summary => "keeps all; the first, the last, and the tokens with the largest scores (arXiv 2407.15176)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2407.15176";

    /// <inheritdoc/>
    public override string Keeps => "everything";

    /// <inheritdoc/>
    public override string Selects => "the first, the last, and tokens by their scores";

    /// <inheritdoc/>
    public override int ScoreGrowth(CacheShape shape) => 1 + BitsOf(Page);

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) =>
        new TokenSelection<T>(operations, shape, Rule(shape.Prompt, shape.Heads));
}
