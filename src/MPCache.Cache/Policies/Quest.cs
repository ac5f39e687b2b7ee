namespace MPCache.Cache;

/// <summary>
/// Quest (arXiv 2406.10774): the whole cache stays; each head attends to the pages with the largest bound sum_i max(q_i max_i, q_i min_i) on
/// their scores, where max and min are over the keys of a page. On shares a query's positive and negative parts cost a comparison for each
/// of its elements; the bound is then two inner products.
/// </summary>
public sealed record Quest : PagePolicy
{
    /// <summary>With its defaults.</summary>
    public Quest()
    {
        Dense = 2;
    }

    /// <inheritdoc/>
    public override string Name => "quest";

    /// <inheritdoc/>
    public override string Summary => "keeps all; pages of 16 with the largest bound on their scores (Quest, arXiv 2406.10774)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2406.10774";

    /// <inheritdoc/>
    public override string Keeps => "everything";

    /// <inheritdoc/>
    public override string Selects => "pages by the bound on their scores";

    /// <inheritdoc/>
    public override int ScoreGrowth(CacheShape shape) => 4;

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) =>
        new Run<T>(operations, shape, Rule(shape.Prompt, shape.Heads));

    private sealed class Run<T> : PageSelection<T>
    {
        private readonly PageBounds<T>?[] _bounds;

        public Run(ICacheOperations<T> operations, CacheShape shape, PageRule rule)
            : base(operations, shape, rule)
        {
            int pages = ((shape.Prompt + shape.Generated) / rule.Size) + 1;
            _bounds =
            [
                .. Enumerable.Range(0, shape.Layers)
                    .Select(l => l < rule.Dense ? null : new PageBounds<T>(operations, shape, rule.Size, pages, l)),
            ];
        }

        protected override async ValueTask<T> PageScores(int layer, Step<T> step, PageLayout layout)
        {
            PageBounds<T> bounds = _bounds[layer]!;
            await bounds.Extend(step.Cache, layout.First, layout.Pages);
            Operations.Stage(Stages.Selection);
            T queries = step.Queries.Value;
            (T positive, T negative) = await Operations.Sort(queries, Operations.Zeros(queries, Shape.Heads * Shape.HeadDim));
            ValueTask<Factor<T>> high = Operations.AsQueries(positive, layer), low = Operations.AsQueries(negative, layer);
            T ofHighs = Operations.Scores(await high, bounds.Highs, 1, layout.Pages);
            return Operations.Comparable(Operations.Add(ofHighs, Operations.Scores(await low, bounds.Lows, 1, layout.Pages)));
        }
    }
}
