namespace MPCache.Cache;

/// <summary>
/// CORM (arXiv 2404.15949): the last tokens stay, and those to which any of their queries gave at least 1 / (tokens of the prompt). The
/// original keeps all of these, a number that depends on the prompt; here a public number stays, those with the largest such probability;
/// where fewer reach the threshold the earliest tokens fill up the count. Generated tokens all stay.
/// </summary>
public sealed record Corm : BudgetPolicy
{
    /// <summary>Last queries that judge; their tokens stay.</summary>
    public int Window { get; init; } = 32;

    /// <inheritdoc/>
    public override string Name => "corm";

    /// <inheritdoc/>
    public override bool StepsAppend => true;

    /// <inheritdoc/>
    public override string Summary => "the last 32 tokens and those that one of their queries gave the most attention (arXiv 2404.15949)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2404.15949";

    /// <inheritdoc/>
    public override string Keeps => "the last tokens and what one of their queries attends to";

    /// <inheritdoc/>
    public override bool CountsArePublicByNature => false;

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options =>
    [
        BudgetOption("tokens that each key head keeps of the prompt, the window included"),
        PolicyOption.Whole("window", "last queries that judge, and whose tokens stay", (Corm p) => p.Window,
            (p, v) => p with { Window = v }),
    ];

    /// <inheritdoc/>
    public override CachePolicy AtBudget(int prompt, int tokens) =>
        this with { Budget = tokens, Window = Math.Min(Window, Math.Max(1, tokens / 2)) };

    /// <inheritdoc/>
    protected override void Check()
    {
        Require(Window >= 1, "window", Window, "1 or more");
        Require(Budget >= Window, "budget", Budget, $"at least the window, {Window}");
    }

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) => new LargestAttentionEviction<T>(
        operations,
        shape,
        new KeepRule
        {
            Kept = layer => Kept(shape.Prompt, layer),
            Deciders = shape.KeyHeads,
            Recent = Window,
            Floor = 1.0 / shape.Prompt,
        },
        Math.Min(shape.Prompt, Window));
}
