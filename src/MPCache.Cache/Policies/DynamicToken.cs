namespace MPCache.Cache;

/// <summary>The paper's ablation: single tokens are selected by their exact scores at every step.</summary>
public sealed record DynamicToken : ComposedPolicy
{
    /// <summary>With its defaults.</summary>
    public DynamicToken()
    {
        (Eviction, ShareLayers) = (EvictionKind.None, LayerGroups.Of(1));
        (Level1, Level2, Score, RecentTokens) = (null, new(1, 0.2), ClusterScore.Mean, 1);
    }

    /// <inheritdoc/>
    public override string Name => "dynamic-token";

    /// <inheritdoc/>
    public override string Summary => "the ablation: selects single tokens by their scores";

    /// <inheritdoc/>
    public override string Source => "arXiv 2501.06807";

    /// <inheritdoc/>
    public override string Keeps => "everything";

    /// <inheritdoc/>
    public override string Selects => "single tokens by their scores";
}
