namespace MPCache.Cache;

/// <summary>
/// Evict once and attend to what is left: under MPC gathering at each step costs more than attending (docs/mpcache.md, with what was
/// tried).
/// </summary>
public sealed record MpcachePlus : ComposedPolicy
{
    /// <summary>With its defaults.</summary>
    public MpcachePlus()
    {
        (Selection, ShareLayers, EvictBy, Budget) = (SelectionKind.None, LayerGroups.Of(1), EvictionSharing.Head, 112);
        (WindowQueries, Forward, SinkTokens, RecentTokens) = (16, 8, 4, 16);
    }

    /// <inheritdoc/>
    public override string Name => "mpcache+";

    /// <inheritdoc/>
    public override string Summary => "112 tokens for each key head, by what the last 16 queries look at; nothing is selected at steps";

    /// <inheritdoc/>
    public override string Source => "this repository";

    /// <inheritdoc/>
    public override string Keeps => "what the last 16 queries attend to, with what follows it";
}
