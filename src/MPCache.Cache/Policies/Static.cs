namespace MPCache.Cache;

/// <summary>The paper's ablation: eviction alone, each layer for itself.</summary>
public sealed record Static : ComposedPolicy
{
    /// <summary>With its defaults.</summary>
    public Static()
    {
        (Selection, ShareLayers) = (SelectionKind.None, LayerGroups.Of(1));
    }

    /// <inheritdoc/>
    public override string Name => "static";

    /// <inheritdoc/>
    public override string Summary => "the ablation: eviction alone";

    /// <inheritdoc/>
    public override string Source => "arXiv 2501.06807";

    /// <inheritdoc/>
    public override string Keeps => "what the last fifth of the queries attends to";

    /// <inheritdoc/>
    public override bool CountsArePublicByNature => false;
}
