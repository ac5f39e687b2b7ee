namespace MPCache.Cache;

/// <summary>
/// The paper's policy (arXiv 2501.06807) and what it is compared with: one of four ways to evict once after the prompt, beside one of three
/// ways to select at every step.
/// The policies in <c>Policies/</c> that have no rule of their own are this record with other values.
/// </summary>
public abstract partial record ComposedPolicy : CachePolicy
{
    /// <summary>How the prompt is evicted once, after prefill.</summary>
    public EvictionKind Eviction { get; init; } = EvictionKind.Count;

    /// <summary>Share of the prompt's tokens that eviction keeps, above 0 and at most 1. The paper's data sets use 0.15 to 0.66.</summary>
    public double StaticRatio { get; init; } = 0.4;

    /// <summary>
    /// Probability at which <see cref="EvictionKind.Threshold"/> keeps a token; the reference code uses 1e-3 to 1e-20 by data set.
    /// </summary>
    public double Threshold { get; init; } = 1e-3;

    /// <summary>Share of the prompt, at its end, whose queries judge the tokens; at least one query.</summary>
    public double WindowShare { get; init; } = 0.2;

    /// <summary>The same for prompts longer than <see cref="LongPrompt"/>.</summary>
    public double LongWindowShare { get; init; } = 0.1;

    /// <summary>Prompts of more tokens than this are long.</summary>
    public int LongPrompt { get; init; } = 24_000;

    /// <summary>
    /// Not 0: this many queries judge, whatever the prompt's length. Under MPC the cost of judging grows with window x prompt.
    /// </summary>
    public int WindowQueries { get; init; }

    /// <inheritdoc cref="AttentionRule.Pooling"/>
    public int Pooling { get; init; } = 1;

    /// <summary>
    /// Importance of a token is summed over itself and this many tokens before it: what follows a token that is attended to will be read
    /// next,
    /// since an induction head goes on behind its match. Tokens that always stay hand nothing on; 0 changes nothing.
    /// </summary>
    public int Forward { get; init; }

    /// <summary>
    /// Importances up to this count as none, and of equal ones the first tokens win. It is taken of the mean over the heads that decide
    /// together, summed over the window.
    /// A sum of rounded probabilities has no order below some 1e-4: without a floor, which of the tokens that nobody looks at fill up the
    /// count would be chance under MPC.
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

    /// <summary>
    /// The last tokens: eviction keeps the prompt's last ones, and a cluster selection keeps every cluster with one of the cache's last
    /// ones.
    /// </summary>
    public int RecentTokens { get; init; }

    /// <summary>
    /// Tokens of the prompt that eviction by count keeps, and those that <see cref="EvictionKind.Recent"/> and
    /// <see cref="SelectionKind.Recent"/> keep in
    /// all, whatever the prompt's length; 0: the static ratio of the prompt.
    /// </summary>
    public int Budget { get; init; }

    /// <summary>
    /// Tokens that eviction by count keeps in each layer, measured for one model; null: <see cref="Budget"/> or the static ratio in all.
    /// </summary>
    public LayerBudgets? LayerBudgets { get; init; }

    /// <summary>How each decoding step selects.</summary>
    public SelectionKind Selection { get; init; } = SelectionKind.Clusters;

    /// <summary>Coarse level of the hierarchy, or null for a single level.</summary>
    public ClusterLevel? Level1 { get; init; } = new(32, 0.5);

    /// <summary>
    /// Fine level; its ratio is the dynamic ratio, the share of all clusters that is attended to. Its size divides the coarse size.
    /// </summary>
    public ClusterLevel Level2 { get; init; } = new(16, 0.2);

    /// <summary>What ranks the clusters, at both levels.</summary>
    public ClusterScore Score { get; init; } = ClusterScore.Linear;

    /// <summary>Weight of the maxima in <see cref="ClusterScore.Linear"/>, 0 to 1.</summary>
    public double Alpha { get; init; } = 0.6;

    /// <summary>
    /// What becomes of the clusters that are always kept. <see cref="AlwaysKeptRule.Reference"/> is for comparison with the reference code.
    /// </summary>
    public AlwaysKeptRule AlwaysKept { get; init; } = AlwaysKeptRule.Beside;

    /// <summary>Which query heads share a selection.</summary>
    public HeadSharing ShareHeads { get; init; } = HeadSharing.None;

    /// <summary>
    /// Which layers share a selection. Positions are places in the cache of kept tokens, so the layers of a group share the eviction as
    /// well:
    /// otherwise one position would mean different tokens in each.
    /// </summary>
    public LayerGroups ShareLayers { get; init; } = LayerGroups.Of(2);

    /// <summary>The first layers, which neither evict nor select, as in the reference code.</summary>
    public int SkipLayers { get; init; }

    // ---- public counts ---------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override bool HasPublicCounts =>
        Eviction != EvictionKind.Threshold && (Selection != SelectionKind.Clusters || AlwaysKept == AlwaysKeptRule.Beside);

    /// <inheritdoc/>
    public override bool IsFull => Eviction == EvictionKind.None && Selection == SelectionKind.None;

    /// <inheritdoc/>
    public override bool StepsAppend => Selection == SelectionKind.None;

    /// <inheritdoc/>
    public override string? WhyNotOnShares => !HasPublicCounts
        ? "keeps or selects a number of tokens that depends on the prompt: under MPC such numbers are public. "
            + "Use --eviction count and --always-kept beside, or --plain."
        : Selection == SelectionKind.Clusters && Score is not (ClusterScore.Linear or ClusterScore.Mean)
            ? $"ranks clusters by {Score}, which is not linear in the scores and does not run under MPC. Use --score linear or mean, or "
                + $"--plain."
            : null;

    /// <summary>
    /// Queries at the end of the prompt that judge its tokens: a share of the prompt rounded down, or a fixed number; at least one.
    /// </summary>
    public int WindowLength(int prompt)
    {
        int window = WindowQueries > 0 ? WindowQueries : (int)(prompt * (prompt > LongPrompt ? LongWindowShare : WindowShare));
        return Math.Min(prompt, Math.Max(1, window));
    }

    /// <summary>The layer that decides for <paramref name="layer"/>, for eviction and for selection.</summary>
    public int Leader(int layer) => ShareLayers.Leader(layer, SkipLayers);

    /// <summary>True when eviction can drop tokens of this prompt at this layer.</summary>
    public bool Evicts(int prompt, int layer) => Eviction != EvictionKind.None && layer >= SkipLayers && prompt >= EvictFrom && prompt > 0;

    /// <inheritdoc/>
    public override int Kept(int prompt, int layer) => !Evicts(prompt, layer) ? prompt : Eviction switch
    {
        EvictionKind.Count => (int)Math.Min(prompt, Math.Max(LayerBudgets?.Of(layer) ?? BudgetOf(prompt), (long)SinkTokens + RecentTokens)),
        EvictionKind.Recent => Math.Min(prompt, BudgetOf(prompt)),
        _ => throw new InvalidOperationException(
            "How many tokens --eviction threshold keeps depends on the prompt; use --eviction count where counts must be public."),
    };

    /// <inheritdoc/>
    public override int Selected(int prompt, int generated, int layer)
    {
        int cached = Cached(prompt, generated, layer);
        return layer < SkipLayers ? cached : Selection switch
        {
            SelectionKind.Clusters => SelectionShape.Of(Clusters(prompt, generated), cached).Selected,
            SelectionKind.Recent => Math.Min(cached, BudgetOf(prompt)),
            _ => cached,
        };
    }

    /// <inheritdoc/>
    public override int ScoreGrowth(CacheShape shape)
        => Selection == SelectionKind.Clusters ? Clusters(shape.Prompt, shape.Generated).ScoreGrowth(shape) : 0;

    /// <summary>
    /// Tokens that eviction, and the recent kind of selection, keep in all; at least one. Halves go to the even neighbour, as in the
    /// reference's language.
    /// </summary>
    private int BudgetOf(int prompt) => Budget > 0 ? Budget : Math.Max(1, (int)Math.Round(StaticRatio * prompt, MidpointRounding.ToEven));

    /// <inheritdoc/>
    /// <remarks>Where clusters are selected, eviction stays as it is and the share of clusters follows.</remarks>
    public override CachePolicy AtBudget(int prompt, int tokens)
    {
        if (Selection == SelectionKind.Clusters)
        {
            double left = Eviction == EvictionKind.None ? prompt : Math.Max(1, StaticRatio * prompt), share = Math.Min(1, tokens / left);
            return this with
            {
                Level2 = Level2 with { Ratio = share },
                Level1 = Level1 is { } coarse ? coarse with { Ratio = Math.Min(1, Math.Max(coarse.Ratio, 1.5 * share)) } : null,
            };
        }

        return IsFull ? this : this with
        {
            Budget = tokens,
            SinkTokens = Math.Min(SinkTokens, tokens / 8),
            RecentTokens = Math.Min(RecentTokens, tokens / 4),
        };
    }

    // ---- what it does ----------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape)
        => new Run<T>(Evicting(operations, shape), Selecting(operations, shape));

    private PolicyRun<T> Evicting<T>(ICacheOperations<T> operations, CacheShape shape)
    {
        int prompt = shape.Prompt, deciders = EvictBy == EvictionSharing.Layer ? 1 : shape.KeyHeads;
        var rule = new KeepRule
        {
            Kept = layer => Kept(prompt, layer),
            Leader = Leader,
            Deciders = deciders,
            Sinks = SinkTokens,
            Recent = RecentTokens,
            Floor = ImportanceFloor * shape.Heads / deciders, // it is of the mean over heads; importances are sums
            InOrder = Selection == SelectionKind.Clusters,    // clusters are of neighbours
        };
        return Eviction switch
        {
            EvictionKind.Count => new AttentionEviction<T>(
                operations,
                shape,
                rule,
                new() { Window = WindowLength(prompt), Pooling = Pooling, Forward = Forward }),
            EvictionKind.Recent => new SlidingWindow<T>(SinkTokens, rule.Kept, null, prompt),
            EvictionKind.Threshold => new ThresholdEviction<T>(
                operations,
                shape,
                rule,
                layer => Evicts(prompt, layer),
                WindowLength(prompt),
                Threshold),
            _ => new PolicyRun<T>(),
        };
    }

    private PolicyRun<T> Selecting<T>(ICacheOperations<T> operations, CacheShape shape) => Selection switch
    {
        SelectionKind.Clusters => new ClusterSelection<T>(operations, shape, Clusters(shape.Prompt, shape.Generated)),
        SelectionKind.Recent => new SlidingWindow<T>(
            SinkTokens,
            null,
            (layer, position) => Selected(shape.Prompt, position - shape.Prompt + 1, layer),
            shape.Prompt),
        _ => new PolicyRun<T>(),
    };

    private ClusterRule Clusters(int prompt, int generated) => new()
    {
        Coarse = Level1,
        Fine = Level2,
        Score = Score,
        Alpha = Alpha,
        AlwaysKept = AlwaysKept,
        Sinks = SinkTokens,
        Recent = RecentTokens,
        ShareHeads = ShareHeads,
        Leader = Leader,
        Selects = layer => layer >= SkipLayers,
        Capacity = layer => (HasPublicCounts ? Kept(prompt, layer) : prompt) + generated,
    };

    private sealed class Run<T>(PolicyRun<T> eviction, PolicyRun<T> selection) : PolicyRun<T>
    {
        public override bool Judges(int layer, int position, int rows) => eviction.Judges(layer, position, rows);

        public override ValueTask Judge(int layer, Attended<T> attended, LayerCache<T> cache) => eviction.Judge(layer, attended, cache);

        public override ValueTask EndPrompt(IReadOnlyList<LayerCache<T>> caches) => eviction.EndPrompt(caches);

        public override void Appended(int layer, LayerCache<T> cache, int position) => selection.Appended(layer, cache, position);

        public override ValueTask<Selected<T>?> Select(int layer, Step<T> step) => selection.Select(layer, step);
    }
}
