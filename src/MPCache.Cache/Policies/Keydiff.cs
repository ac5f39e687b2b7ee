namespace MPCache.Cache;

/// <summary>
/// KeyDiff (arXiv 2504.15364): each key head keeps the tokens whose keys are least like the rest, by the cosine with the mean of all keys'
/// directions.
/// </summary>
public sealed record Keydiff : BudgetPolicy
{
    /// <inheritdoc/>
    public override string Name => "keydiff";

    /// <inheritdoc/>
    public override bool StepsAppend => true;

    /// <inheritdoc/>
    public override string Summary => "the tokens whose keys are least like the mean direction of all (KeyDiff, arXiv 2504.15364)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2504.15364";

    /// <inheritdoc/>
    public override string Keeps => "the keys least like the mean direction";

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) =>
        new KeyLikenessEviction<T>(
            operations,
            shape,
            new KeepRule { Kept = layer => Kept(shape.Prompt, layer), Deciders = shape.KeyHeads });
}
