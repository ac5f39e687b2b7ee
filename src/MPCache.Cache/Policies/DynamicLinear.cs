namespace MPCache.Cache;

/// <summary>The paper's ablation: clusters are selected by a score that is linear in the query.</summary>
public sealed record DynamicLinear : ComposedPolicy
{
    /// <summary>With its defaults.</summary>
    public DynamicLinear()
    {
        (Eviction, Level1, ShareLayers) = (EvictionKind.None, null, LayerGroups.Of(1));
    }

    /// <inheritdoc/>
    public override string Name => "dynamic-linear";

    /// <inheritdoc/>
    public override string Summary => "the ablation: selects clusters by a linear score";
}
