namespace MPCache.Cache;

/// <summary>The full cache: every token stays and is attended to.</summary>
public sealed record Full : ComposedPolicy
{
    /// <summary>With its defaults.</summary>
    public Full()
    {
        (Eviction, Selection, ShareLayers) = (EvictionKind.None, SelectionKind.None, LayerGroups.Of(1));
    }

    /// <inheritdoc/>
    public override string Name => "full";

    /// <inheritdoc/>
    public override string Summary => "keeps and attends to everything";

    /// <inheritdoc/>
    public override string Source => "this repository";

    /// <inheritdoc/>
    public override string Keeps => "everything";
}
