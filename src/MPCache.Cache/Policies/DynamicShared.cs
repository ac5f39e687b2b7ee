namespace MPCache.Cache;

/// <summary>The paper's ablation: clusters are selected in two levels, for two layers together.</summary>
public sealed record DynamicShared : ComposedPolicy
{
    /// <summary>With its defaults.</summary>
    public DynamicShared()
    {
        Eviction = EvictionKind.None;
    }

    /// <inheritdoc/>
    public override string Name => "dynamic-shared";

    /// <inheritdoc/>
    public override string Summary => "the ablation: selects clusters in two levels, two layers together";

    /// <inheritdoc/>
    public override string Source => "arXiv 2501.06807";

    /// <inheritdoc/>
    public override string Keeps => "everything";

    /// <inheritdoc/>
    public override string Selects => "clusters of neighbours, in two levels, two layers together";

    /// <inheritdoc/>
    public override bool CountsArePublicByNature => false;
}
