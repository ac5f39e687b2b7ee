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
}
