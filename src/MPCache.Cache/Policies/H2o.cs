namespace MPCache.Cache;

/// <summary>
/// H2O (arXiv 2306.14048): each key head keeps half its budget of the most recent tokens and half of those that received the most attention
/// from all queries so far; each generated token makes one go. Heads that share keys decide by the sum of their attention. On shares each
/// step shuffles the cache; <c>--every</c> thins less often and lets the cache grow in between, which the original does not.
/// </summary>
public sealed record H2o : BudgetPolicy
{
    /// <summary>Steps from one thinning to the next.</summary>
    public int Every { get; init; } = 1;

    /// <inheritdoc/>
    public override string Name => "h2o";

    /// <inheritdoc/>
    public override string Summary => "half recent tokens, half those with the most attention so far, at each step too (arXiv 2306.14048)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2306.14048";

    /// <inheritdoc/>
    public override string Keeps => "half recent, half what received the most attention";

    /// <inheritdoc/>
    public override string Selects => "all that is cached; thinned at steps";

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options =>
    [
        BudgetOption("tokens of a key head's cache between steps, half of them the most recent"),
        PolicyOption.Whole("every", "steps from one thinning of the cache to the next", (H2o p) => p.Every, (p, v) => p with { Every = v }),
    ];

    private RunningRule Running => new(Budget, Every, Sums: true);

    /// <inheritdoc/>
    public override CachePolicy AtBudget(int prompt, int tokens) =>
        this with { Budget = Math.Max(2, tokens) };

    /// <inheritdoc/>
    protected override void Check()
    {
        Require(Budget >= 2, "budget", Budget, "2 or more");
        Require(Every >= 1, "every", Every, "1 or more");
    }

    /// <inheritdoc/>
    public override int Cached(int prompt, int generated, int layer) => Running.Cached(prompt, generated);

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) => new RunningEviction<T>(
        operations,
        shape,
        new KeepRule
        {
            Kept = layer => Kept(shape.Prompt, layer),
            Deciders = shape.KeyHeads,
            Recent = Budget / 2,
            Floor = RunningRule.Floor * shape.Share,
            InOrder = true,
        },
        window: shape.Prompt,
        Running);
}
