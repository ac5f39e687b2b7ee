namespace MPCache.Cache;

/// <summary>
/// What is evicted from the KV cache after prefill and what each decoding step selects from the rest: an immutable record of public options.
/// The defaults are the paper's (arXiv 2501.06807); <see cref="Named"/> gives the policies that have a name, <see cref="Parse(string)"/> reads text.
/// All sizes that follow from it are public and computed without data, in <see cref="PolicyCounts"/>.
/// </summary>
public sealed partial record CachePolicy
{
    /// <summary>The name it started from; options may have been changed since.</summary>
    public string Name { get; private init; } = "mpcache";

    /// <summary>How the prompt is evicted once, after prefill.</summary>
    public EvictionKind Eviction { get; init; } = EvictionKind.Count;

    /// <summary>Share of the prompt's tokens that eviction keeps, above 0 and at most 1. The paper's data sets use 0.15 to 0.66.</summary>
    public double StaticRatio { get; init; } = 0.4;

    /// <summary>Probability at which <see cref="EvictionKind.Threshold"/> keeps a token; the reference code uses 1e-3 to 1e-20 by data set.</summary>
    public double Threshold { get; init; } = 1e-3;

    /// <summary>Share of the prompt, at its end, whose queries judge the tokens; at least one query.</summary>
    public double WindowShare { get; init; } = 0.2;

    /// <summary>The same for prompts longer than <see cref="LongPrompt"/>.</summary>
    public double LongWindowShare { get; init; } = 0.1;

    /// <summary>Prompts of more tokens than this are long.</summary>
    public int LongPrompt { get; init; } = 24_000;

    /// <summary>Not 0: this many queries judge, whatever the prompt's length. Under MPC the cost of judging grows with window x prompt.</summary>
    public int WindowQueries { get; init; }

    /// <summary>
    /// Importance of a token is the sum over this many adjacent tokens, an odd number (SnapKV, arXiv 2404.14469, with the sum in place of the maximum:
    /// linear, so free under MPC). 1 changes nothing.
    /// </summary>
    public int Pooling { get; init; } = 1;

    /// <summary>
    /// Importance of a token is summed over itself and this many tokens before it: what follows a token that is attended to will be read next,
    /// since an induction head goes on behind its match. Linear, so free under MPC. Tokens that always stay hand nothing on; 0 changes nothing.
    /// </summary>
    public int Forward { get; init; }

    /// <summary>
    /// Importances up to this count as none, and of equal ones the first tokens win. It is taken of the mean over the heads that decide together, summed over the window.
    /// A sum of rounded probabilities has no order below some 1e-4: without a floor, which of the tokens that nobody looks at fill up the count would be chance under MPC.
    /// </summary>
    public double ImportanceFloor { get; init; } = 1e-3;

    /// <summary>Which heads keep the same tokens.</summary>
    public EvictionSharing EvictBy { get; init; } = EvictionSharing.Layer;

    /// <summary>Prompts of fewer tokens are not evicted: they are cheap to keep and dear to judge.</summary>
    public int EvictFrom { get; init; }

    /// <summary>
    /// The first tokens, which eviction always keeps; <see cref="SelectionKind.Recent"/> always selects them too.
    /// A cluster selection always keeps its first cluster, and further ones until it covers these.
    /// </summary>
    public int SinkTokens { get; init; }

    /// <summary>The last tokens: eviction keeps the prompt's last ones, and a cluster selection keeps every cluster with one of the cache's last ones.</summary>
    public int RecentTokens { get; init; }

    /// <summary>
    /// Tokens of the prompt that eviction by count keeps, and those that <see cref="EvictionKind.Recent"/> and <see cref="SelectionKind.Recent"/> keep in
    /// all, whatever the prompt's length; 0: the static ratio of the prompt.
    /// </summary>
    public int Budget { get; init; }

    /// <summary>Tokens that eviction by count keeps in each layer, measured for one model; null: <see cref="Budget"/> or the static ratio in all.</summary>
    public LayerBudgets? LayerBudgets { get; init; }

    /// <summary>How each decoding step selects.</summary>
    public SelectionKind Selection { get; init; } = SelectionKind.Clusters;

    /// <summary>Coarse level of the hierarchy, or null for a single level.</summary>
    public ClusterLevel? Level1 { get; init; } = new(32, 0.5);

    /// <summary>Fine level; its ratio is the dynamic ratio, the share of all clusters that is attended to. Its size divides the coarse size.</summary>
    public ClusterLevel Level2 { get; init; } = new(16, 0.2);

    /// <summary>What ranks the clusters, at both levels.</summary>
    public ClusterScore Score { get; init; } = ClusterScore.Linear;

    /// <summary>Weight of the maxima in <see cref="ClusterScore.Linear"/>, 0 to 1.</summary>
    public double Alpha { get; init; } = 0.6;

    /// <summary>What becomes of the clusters that are always kept. <see cref="AlwaysKeptRule.Reference"/> is for comparison with the reference code.</summary>
    public AlwaysKeptRule AlwaysKept { get; init; } = AlwaysKeptRule.Beside;

    /// <summary>Which query heads share a selection.</summary>
    public HeadSharing ShareHeads { get; init; } = HeadSharing.None;

    /// <summary>
    /// Which layers share a selection. Positions are places in the cache of kept tokens, so the layers of a group share the eviction as well:
    /// otherwise one position would mean different tokens in each.
    /// </summary>
    public LayerGroups ShareLayers { get; init; } = LayerGroups.Of(2);

    /// <summary>The first layers, which neither evict nor select, as in the reference code.</summary>
    public int SkipLayers { get; init; }

    /// <summary>True when the number of kept and selected tokens follows from public counts alone, as an MPC engine needs.</summary>
    public bool HasPublicCounts =>
        Eviction != EvictionKind.Threshold && (Selection != SelectionKind.Clusters || AlwaysKept == AlwaysKeptRule.Beside);

    /// <summary>The layer that decides for <paramref name="layer"/>, for eviction and for selection.</summary>
    public int Leader(int layer) => ShareLayers.Leader(layer, SkipLayers);

    /// <summary>Returns this policy when every option makes sense.</summary>
    /// <exception cref="ArgumentException">One does not; the message names the option, its value and what it may be.</exception>
    public CachePolicy Validated()
    {
        Require(StaticRatio is > 0 and <= 1, "static-ratio", StaticRatio, "above 0 and at most 1");
        Require(Threshold is > 0 and <= 1, "threshold", Threshold, "above 0 and at most 1");
        Require(WindowShare is > 0 and <= 1, "window-share", WindowShare, "above 0 and at most 1");
        Require(LongWindowShare is > 0 and <= 1, "long-window-share", LongWindowShare, "above 0 and at most 1");
        Require(LongPrompt >= 0, "long-prompt", LongPrompt, "0 or more");
        Require(WindowQueries >= 0, "window-queries", WindowQueries, "0 (use the share) or more");
        Require(Pooling >= 1 && Pooling % 2 == 1, "pooling", Pooling, "odd");
        Require(Forward >= 0, "forward", Forward, "0 or more");
        Require(ImportanceFloor is >= 0 and < 1, "importance-floor", ImportanceFloor, "0 or more and below 1");
        Require(EvictFrom >= 0, "evict-from", EvictFrom, "0 or more");
        Require(SinkTokens >= 0, "sinks", SinkTokens, "0 or more");
        Require(RecentTokens >= 0, "recent", RecentTokens, "0 or more");
        Require(Budget >= 0, "budget", Budget, "0 (use the static ratio) or more");
        Require(Alpha is >= 0 and <= 1, "alpha", Alpha, "from 0 to 1");
        Require(SkipLayers >= 0, "skip-layers", SkipLayers, "0 or more");
        Require(LayerBudgets is null || Eviction == EvictionKind.Count, "layer-budgets", LayerBudgets!, "none without --eviction count");
        Require(EvictBy == EvictionSharing.Layer || Eviction is EvictionKind.None or EvictionKind.Recent or EvictionKind.Count, "evict-by", "head",
            "layer with --eviction threshold, whose heads would keep different numbers of tokens");
        Require(EvictBy == EvictionSharing.Layer || Selection != SelectionKind.Clusters || ShareHeads != HeadSharing.Layer, "share-heads", "layer",
            "none or key-head with --evict-by head: a position means another token in each key head's cache");
        RequireLevel(Level2, "level2");
        if (Level1 is { } coarse)
        {
            RequireLevel(coarse, "level1");
            Require(coarse.Size % Level2.Size == 0, "level1", coarse, $"a multiple of level2's cluster size {Level2.Size}");
        }
        return this;
    }

    private static void RequireLevel(ClusterLevel level, string option)
    {
        Require(level.Size >= 1, option, level, "a cluster of at least 1 token");
        Require(level.Ratio is > 0 and <= 1, option, level, "a ratio above 0 and at most 1");
    }

    private static void Require(bool holds, string option, object value, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"--{option} {value}: must be {rule}."));
        }
    }
}
