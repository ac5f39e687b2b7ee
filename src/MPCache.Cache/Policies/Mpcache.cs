namespace MPCache.Cache;

/// <summary>
/// MPCache (arXiv 2501.06807) with its defaults: static eviction by the last fifth of the queries, then at every step a hierarchical
/// selection of clusters, both shared by
/// neighbouring layers.
/// </summary>
public sealed record Mpcache : ComposedPolicy
{
    /// <inheritdoc/>
    public override string Name => "mpcache";

    /// <inheritdoc/>
    public override string Summary => "the paper's: evicts once, then selects clusters at every step, two layers together (arXiv "
        + "2501.06807)";
}
