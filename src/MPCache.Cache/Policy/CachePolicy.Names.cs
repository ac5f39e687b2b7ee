namespace MPCache.Cache;

public sealed partial record CachePolicy
{
    private static readonly CachePolicy Paper = new();

    /// <summary>The policies that have a name, the full cache first.</summary>
    public static IReadOnlyList<CachePolicy> All { get; } =
    [
        new() { Name = "full", Eviction = EvictionKind.None, Selection = SelectionKind.None, ShareLayers = LayerGroups.Of(1) },
        Paper,
        new()
        {
            // Evict once and attend to what is left: under MPC gathering at each step costs more than attending (docs/mpcache.md, with what was tried).
            Name = "mpcache+", Selection = SelectionKind.None, ShareLayers = LayerGroups.Of(1), EvictBy = EvictionSharing.Head, Budget = 112,
            WindowQueries = 16, Forward = 8, SinkTokens = 4, RecentTokens = 16,
        },
        new() { Name = "window", Eviction = EvictionKind.Recent, Selection = SelectionKind.Recent, SinkTokens = 4, ShareLayers = LayerGroups.Of(1) },

        // The paper's ablation: each adds one step to the one before, and mpcache adds eviction to the last.
        new() { Name = "static", Selection = SelectionKind.None, ShareLayers = LayerGroups.Of(1) },
        new()
        {
            Name = "dynamic-token", Eviction = EvictionKind.None, Level1 = null, Level2 = new(1, 0.2), Score = ClusterScore.Mean, RecentTokens = 1, ShareLayers = LayerGroups.Of(1),
        },
        new() { Name = "dynamic-linear", Eviction = EvictionKind.None, Level1 = null, ShareLayers = LayerGroups.Of(1) },
        new() { Name = "dynamic-hierarchy", Eviction = EvictionKind.None, ShareLayers = LayerGroups.Of(1) },
        new() { Name = "dynamic-shared", Eviction = EvictionKind.None },
    ];

    /// <summary>The named policy with its defaults: full, mpcache, mpcache+, window, and the ablation's static and dynamic-*.</summary>
    /// <exception cref="ArgumentException">No policy has this name; the message lists those that exist.</exception>
    public static CachePolicy Named(string name) =>
        All.FirstOrDefault(p => p.Name == name)
        ?? throw new ArgumentException($"No policy is called '{name}'. There are: {string.Join(", ", All.Select(p => p.Name))}.");
}
