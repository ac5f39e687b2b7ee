namespace MPCache.Cache;

/// <summary>
/// XKV (arXiv 2412.05896): how much a layer's cache matters is measured once on sample texts, an allocation gives each layer its own size,
/// and inside a layer the tokens stay that the prompt's last queries attend to. <c>bench layer-budgets</c> measures and allocates; without
/// <c>--layer-budgets</c> all layers keep the same.
/// </summary>
public sealed record Xkv : BudgetPolicy
{
    /// <summary>Last queries that judge; their tokens stay.</summary>
    public int Window { get; init; } = 16;

    /// <summary>Tokens that each layer keeps, measured for one model; null: the budget.</summary>
    public LayerBudgets? LayerBudgets { get; init; }

    /// <inheritdoc/>
    public override string Name => "xkv";

    /// <inheritdoc/>
    public override bool StepsAppend => true;

    /// <inheritdoc/>
    public override string Summary => "sizes for each layer by what losing them cost on samples (XKV, arXiv 2412.05896)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2412.05896";

    /// <inheritdoc/>
    public override string Keeps => "what the last queries attend to, sizes by layer";

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options =>
    [
        BudgetOption("tokens that each key head keeps of the prompt, where no layer budgets are given"),
        PolicyOption.Whole("window", "last queries that judge, and whose tokens stay", (Xkv p) => p.Window,
            (p, v) => p with { Window = v }),
        PolicyOption.Text("layer-budgets", "tokens that each layer keeps, such as 64,32x4,192 (the last for all further layers), or none",
            (Xkv p) => p.LayerBudgets?.ToString() ?? "none",
            (p, v) => p with { LayerBudgets = v == "none" ? null : LayerBudgets.Parse(v) }),
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
    public override int Kept(int prompt, int layer) => Math.Min(prompt, Math.Max(Window, LayerBudgets?.Of(layer) ?? Budget));

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) => new AttentionEviction<T>(
        operations,
        shape,
        new KeepRule { Kept = layer => Kept(shape.Prompt, layer), Deciders = shape.KeyHeads, Recent = Window },
        new AttentionRule { Window = Math.Min(shape.Prompt, Window) });
}
