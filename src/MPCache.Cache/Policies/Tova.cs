namespace MPCache.Cache;

/// <summary>
/// TOVA (arXiv 2401.06104): the cache of a layer never exceeds its budget; what goes, after the prompt and at each step, is what the last
/// query attends to least, in the mean over heads. On shares each of these steps shuffles the layer's cache; <c>--every</c> thins less often
/// and lets the cache grow in between, which the original does not.
/// </summary>
public sealed record Tova : BudgetPolicy
{
    /// <summary>Steps from one thinning to the next.</summary>
    public int Every { get; init; } = 1;

    /// <inheritdoc/>
    public override string Name => "tova";

    /// <inheritdoc/>
    public override string Summary => "drops what the last query attends to least, all heads together, at each step too (arXiv 2401.06104)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2401.06104";

    /// <inheritdoc/>
    public override string Keeps => "what the last query attends to";

    /// <inheritdoc/>
    public override string Selects => "all that is cached; thinned at steps";

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options =>
    [
        BudgetOption("tokens of a layer's cache between steps"),
        PolicyOption.Whole("every", "steps from one thinning of the cache to the next", (Tova p) => p.Every,
            (p, v) => p with { Every = v }),
    ];

    private RunningRule Running => new(Budget, Every, Sums: false);

    /// <inheritdoc/>
    protected override void Check()
    {
        base.Check();
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
            Deciders = 1,
            Floor = RunningRule.Floor * shape.Heads,
            InOrder = true,
        },
        window: 1,
        Running);
}
