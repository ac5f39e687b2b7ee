namespace MPCache.Cache;

/// <summary>
/// ClusterKV (arXiv 2412.03213): the whole cache stays; keys are grouped by direction, and a step attends to the clusters whose centres suit
/// its query best, until its budget is full; the last of them is cut. Clusters have any number of keys, which nobody may know: here each
/// token takes its centre's score and the tokens are ranked, so that a public number of them is attended to, the same ones. Centres begin
/// at keys in equal distances and count as one key of their cluster; generated tokens all take part, where the original groups them too.
/// </summary>
public sealed record Clusterkv : PagePolicy
{
    /// <summary>With its defaults.</summary>
    public Clusterkv()
    {
        (Page, Sinks, Dense) = (1, 16, 2);
    }

    /// <summary>Tokens of a cluster in the mean.</summary>
    public int Cluster { get; init; } = 80;

    /// <summary>Rounds of assigning keys and moving centres.</summary>
    public int Iterations { get; init; } = 4;

    /// <inheritdoc/>
    public override string Name => "clusterkv";

    /// <inheritdoc/>
    public override string Summary => "keeps all; whole clusters of keys by their centres' scores (ClusterKV, arXiv 2412.03213)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2412.03213";

    /// <inheritdoc/>
    public override string Keeps => "everything";

    /// <inheritdoc/>
    public override string Selects => "clusters of keys by their centres";

    /// <inheritdoc/>
    public override bool CountsArePublicByNature => false;

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options =>
    [
        .. base.Options.Where(o => o.Name != "page"),
        PolicyOption.Whole("cluster", "tokens of a cluster in the mean", (Clusterkv p) => p.Cluster, (p, v) => p with { Cluster = v }),
        PolicyOption.Whole("iterations", "rounds of assigning keys and moving centres", (Clusterkv p) => p.Iterations,
            (p, v) => p with { Iterations = v }),
    ];

    /// <inheritdoc/>
    protected override void Check()
    {
        base.Check();
        Require(Cluster >= 1, "cluster", Cluster, "1 or more");
        Require(Iterations >= 1, "iterations", Iterations, "1 or more");
    }

    /// <inheritdoc/>
    protected override PageRule Rule(int prompt, int deciders) => base.Rule(prompt, deciders) with { PagedTokens = prompt };

    /// <inheritdoc/>
    public override int ScoreGrowth(CacheShape shape) => 1;

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) =>
        new Run<T>(operations, shape, Rule(shape.Prompt, shape.Heads), this);

    private sealed class Run<T>(ICacheOperations<T> operations, CacheShape shape, PageRule rule, Clusterkv policy)
        : PageSelection<T>(operations, shape, rule)
    {
        private readonly int _count = Math.Max(0, shape.Prompt - rule.Sinks);
        private readonly KeyClusters<T>?[] _clusters = new KeyClusters<T>?[shape.Layers];

        public override async ValueTask EndPrompt(IReadOnlyList<LayerCache<T>> caches)
        {
            int clusters = Math.Max(1, _count / policy.Cluster);
            for (int layer = Rule.Dense; layer < caches.Count && _count > 0; layer++)
            {
                using (Operations.Scope())
                {
                    _clusters[layer] = new KeyClusters<T>(Operations, Shape, Rule.Sinks, _count, clusters, layer);
                    await _clusters[layer]!.Find(caches[layer], policy.Iterations);
                }
            }
        }

        protected override async ValueTask<T> PageScores(int layer, Step<T> step, PageLayout layout)
        {
            T scores = await _clusters[layer]!.Scores(step.Queries);
            return Operations.Columns(scores, Shape.Heads, (0, layout.Pages));
        }
    }
}
