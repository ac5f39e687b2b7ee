namespace MPCache.Cache;

/// <summary>Attention sinks and a sliding window (StreamingLLM, arXiv 2309.17453, without its re-numbering of positions).</summary>
public sealed record Window : ComposedPolicy
{
    /// <summary>With its defaults.</summary>
    public Window()
    {
        (Eviction, Selection, SinkTokens, ShareLayers) = (EvictionKind.Recent, SelectionKind.Recent, 4, LayerGroups.Of(1));
    }

    /// <inheritdoc/>
    public override string Name => "window";

    /// <inheritdoc/>
    public override string Summary => "the first 4 and the most recent tokens, sliding (StreamingLLM without new positions)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2309.17453";

    /// <inheritdoc/>
    public override string Keeps => "the first and the last tokens";

    /// <inheritdoc/>
    public override string Selects => "the first and the last tokens";
}
