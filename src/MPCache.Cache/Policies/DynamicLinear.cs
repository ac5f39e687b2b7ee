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

    /// <inheritdoc/>
    public override string Source => "arXiv 2501.06807";

    /// <inheritdoc/>
    public override string Keeps => "everything";

    /// <inheritdoc/>
    public override string Selects => "clusters of neighbours by a linear score";

    /// <inheritdoc/>
    public override bool CountsArePublicByNature => false;
}
