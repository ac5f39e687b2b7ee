namespace MPCache.Cache;

/// <summary>
/// ArkVale (NeurIPS 2024): the whole cache stays; a step attends to the first and the last pages and to those whose digest suits its query
/// best. A page's digest is the centre c of the box around its keys and their mean distance r from it; its score q c + |q| r. On shares
/// lengths take a normalisation for each key once, and for each query at each step.
/// </summary>
public sealed record Arkvale : PagePolicy
{
    /// <summary>With its defaults.</summary>
    public Arkvale()
    {
        (Page, Sinks, Recent) = (32, 64, 64);
    }

    /// <inheritdoc/>
    public override string Name => "arkvale";

    /// <inheritdoc/>
    public override string Summary => "keeps all; pages of 32 by the centre and spread of their keys (ArkVale, NeurIPS 2024)";

    /// <inheritdoc/>
    public override string Source => "NeurIPS 2024";

    /// <inheritdoc/>
    public override string Keeps => "everything";

    /// <inheritdoc/>
    public override string Selects => "the first and last pages, and pages by their digests";

    /// <inheritdoc/>
    protected override void Check()
    {
        base.Check();
        Require(Page >= 2, "page", Page, "2 or more: a single key has no distance from its centre");
    }

    /// <inheritdoc/>
    public override CachePolicy AtBudget(int prompt, int tokens)
    {
        var scaled = (Arkvale)base.AtBudget(prompt, tokens);
        return scaled with { Page = Math.Max(2, scaled.Page) };
    }

    /// <inheritdoc/>
    public override int ScoreGrowth(CacheShape shape) => 4;

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) =>
        new Run<T>(operations, shape, Rule(shape.Prompt, shape.Heads));

    private sealed class Run<T> : PageSelection<T>
    {
        private readonly PageDigests<T>?[] _digests;

        public Run(ICacheOperations<T> operations, CacheShape shape, PageRule rule)
            : base(operations, shape, rule)
        {
            int pages = ((shape.Prompt + shape.Generated) / rule.Size) + 1;
            _digests =
            [
                .. Enumerable.Range(0, shape.Layers)
                    .Select(l => l < rule.Dense ? null : new PageDigests<T>(operations, shape, rule.Size, pages, l)),
            ];
        }

        protected override async ValueTask<T> PageScores(int layer, Step<T> step, PageLayout layout)
        {
            PageDigests<T> digests = _digests[layer]!;
            await digests.Extend(step.Cache, layout.First, layout.Pages);
            Operations.Stage(Stages.Selection);
            T length = await RowLengths.Of(Operations, step.Queries, Shape.Heads, Shape.HeadDim);
            T first = Operations.MoveRuns(length, Shape.Heads, Shape.HeadDim, _ => (0, 0, 1)); // a row for each head, zero behind it
            T spread = Operations.Scores(await Operations.AsQueries(first, layer), digests.Spreads, 1, layout.Pages);
            return Operations.Comparable(Operations.Add(Operations.Scores(step.Queries, digests.Centres, 1, layout.Pages), spread));
        }
    }
}
