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

    /// <inheritdoc/>
    public override string Source => "arXiv 2501.06807";

    /// <inheritdoc/>
    public override string Keeps => "what the last fifth of the queries attends to";

    /// <inheritdoc/>
    public override string Selects => "clusters of neighbours by a linear score, in two levels";

    /// <inheritdoc/>
    public override bool CountsArePublicByNature => false;
}
