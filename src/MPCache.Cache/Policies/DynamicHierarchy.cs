namespace MPCache.Cache;

/// <summary>The paper's ablation: clusters are selected in two levels.</summary>
public sealed record DynamicHierarchy : ComposedPolicy
{
    /// <summary>With its defaults.</summary>
    public DynamicHierarchy()
    {
        (Eviction, ShareLayers) = (EvictionKind.None, LayerGroups.Of(1));
    }

    /// <inheritdoc/>
    public override string Name => "dynamic-hierarchy";

    /// <inheritdoc/>
    public override string Summary => "the ablation: selects clusters in two levels";

    /// <inheritdoc/>
    public override string Source => "arXiv 2501.06807";

    /// <inheritdoc/>
    public override string Keeps => "everything";

    /// <inheritdoc/>
    public override string Selects => "clusters of neighbours, in two levels";

    /// <inheritdoc/>
    public override bool CountsArePublicByNature => false;
}
