namespace MPCache.Cache;

/// <summary>
/// KnormPress (arXiv 2406.11430): each key head keeps the tokens with the shortest keys. No attention is needed, so on shares it is the
/// cheapest way to choose. Keys longer than 256 count wrongly on shares.
/// </summary>
public sealed record Knorm : BudgetPolicy
{
    /// <inheritdoc/>
    public override string Name => "knorm";

    /// <inheritdoc/>
    public override bool StepsAppend => true;

    /// <inheritdoc/>
    public override string Summary => "the tokens with the shortest keys; no attention is looked at (arXiv 2406.11430)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2406.11430";

    /// <inheritdoc/>
    public override string Keeps => "the shortest keys";

    /// <inheritdoc/>
    public override int ScoreGrowth(CacheShape shape) => KeyNormEviction<int>.Growth;

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) =>
        new KeyNormEviction<T>(
            operations,
            shape,
            new KeepRule { Kept = layer => Kept(shape.Prompt, layer), Deciders = shape.KeyHeads });
}
