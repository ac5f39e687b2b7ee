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
}
