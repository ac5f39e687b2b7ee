namespace MPCache.Cache;

/// <summary>
/// InfLLM (arXiv 2402.04617): the whole cache stays; a step attends to the first tokens, to a window of recent ones and, of the blocks
/// between, to those whose representatives suit its queries best, all heads together. A block's representatives are the tokens that the
/// queries of the window behind them scored highest. Here they are those of the prompt's blocks; generated tokens all take part, where the
/// original makes blocks of them too, and positions stay those of the text, which the model was trained for.
/// </summary>
public sealed record Infllm : PagePolicy
{
    /// <summary>With its defaults.</summary>
    public Infllm()
    {
        (Budget, Page, Sinks, Recent) = (1024, 128, 128, 256);
    }

    /// <summary>Tokens that stand for a block.</summary>
    public int Representatives { get; init; } = 4;

    /// <inheritdoc/>
    public override string Name => "infllm";

    /// <inheritdoc/>
    public override string Summary => "keeps all; the first 128, a window, and blocks of 128 by 4 representatives (arXiv 2402.04617)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2402.04617";

    /// <inheritdoc/>
    public override string Keeps => "everything";

    /// <inheritdoc/>
    public override string Selects => "the first, the last, and blocks by their representatives";

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options =>
    [
        .. base.Options,
        PolicyOption.Whole("representatives", "tokens that stand for a block", (Infllm p) => p.Representatives,
            (p, v) => p with { Representatives = v }),
    ];

    /// <inheritdoc/>
    public override CachePolicy AtBudget(int prompt, int tokens)
    {
        var scaled = (Infllm)base.AtBudget(prompt, tokens);
        return scaled with { Representatives = Math.Min(Representatives, scaled.Page) };
    }

    /// <inheritdoc/>
    protected override void Check()
    {
        base.Check();
        Require(Representatives >= 1 && Representatives <= Page, "representatives", Representatives, $"from 1 to the block's {Page}");
    }

    /// <inheritdoc/>
    protected override PageRule Rule(int prompt, int deciders) => base.Rule(prompt, deciders) with { PagedTokens = prompt };

    /// <inheritdoc/>
    public override int ScoreGrowth(CacheShape shape) =>
        1 + Math.Max(BitsOf(Math.Min(Recent, shape.Prompt) * shape.Share), BitsOf(Representatives * shape.Heads));

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) =>
        new Run<T>(operations, shape, Rule(shape.Prompt, 1), Representatives);

    private sealed class Run<T>(ICacheOperations<T> operations, CacheShape shape, PageRule rule, int representatives)
        : PageSelection<T>(operations, shape, rule)
    {
        private readonly int _blocks = Math.Max(0, shape.Prompt - rule.Sinks) / rule.Size;
        private readonly StoredRows<T>?[] _local = new StoredRows<T>?[shape.Layers]; // key heads x prompt: scores by the queries behind
        private readonly StoredRows<Factor<T>>?[] _vectors = new StoredRows<Factor<T>>?[shape.Layers]; // key heads x blocks x head dim

        public override bool Judges(int layer, int position, int rows) =>
            layer >= Rule.Dense && _blocks > 0 && position < Shape.Prompt;

        public override ValueTask Judge(int layer, Attended<T> attended, LayerCache<T> cache)
        {
            int rows = attended.Rows, tokens = attended.Tokens;
            T near = Operations.MoveRuns(attended.Scores, Shape.Heads * rows, tokens, r =>
            {
                int position = attended.Position + (r % rows), from = Math.Max(0, position - Rule.Recent);
                return (from, from, position - from);
            });
            T sums = Operations.SumsOfBlocks(near, Shape.Heads * rows, Shape.KeyHeads);
            T all = Operations.Beside(Shape.KeyHeads, sums, Operations.Zeros(sums, Shape.KeyHeads * (Shape.Prompt - tokens)));
            bool first = _local[layer] is null;
            StoredRows<T> local = _local[layer] ??= Operations.Store(Shape.KeyHeads, Shape.Prompt, 1);
            local.Write(first ? all : Operations.Add(all, local.Read(0, Shape.Prompt)), 0, Shape.Prompt);
            return default;
        }

        public override async ValueTask EndPrompt(IReadOnlyList<LayerCache<T>> caches)
        {
            for (int layer = Rule.Dense; layer < caches.Count && _blocks > 0; layer++)
            {
                using (Operations.Scope())
                {
                    await Represent(layer, caches[layer]);
                }
            }
        }

        private async ValueTask Represent(int layer, LayerCache<T> cache)
        {
            int first = Rule.Sinks, count = _blocks * Rule.Size, rows = Shape.KeyHeads * _blocks;

            // No query has judged a cache that was filled for a measurement: there any order does.
            T scores = _local[layer] is { } local
                ? Operations.Comparable(local.Read(first, count))
                : Operations.Comparable(Operations.Zeros(cache.Keys.Read(0, 1).Value, Shape.KeyHeads * count), 1);
            HiddenPlaces places = await Operations.Largest(scores, rows, representatives);
            T keys = (await Operations.Move(cache.Keys.Read(first, count), places)).Value;
            T sums = Operations.SumsOfBlocks(keys, rows * representatives, rows);
            _vectors[layer] = Operations.StoreFactors(Shape.KeyHeads, _blocks, Shape.HeadDim);
            _vectors[layer]!.Write(await Operations.AsKeys(sums, layer), 0, _blocks);
        }

        protected override ValueTask<T> PageScores(int layer, Step<T> step, PageLayout layout)
        {
            T scores = Operations.Scores(step.Queries, _vectors[layer]!, 1, layout.Pages);
            return new(Operations.Comparable(Operations.SumsOfBlocks(scores, Shape.Heads, Rule.Deciders)));
        }
    }
}
