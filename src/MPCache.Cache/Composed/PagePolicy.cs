namespace MPCache.Cache;

/// <summary>A policy that keeps the whole prompt and attends to pages of it at each step.</summary>
public abstract record PagePolicy : BudgetPolicy
{
    /// <summary>Tokens of a page.</summary>
    public int Page { get; init; } = 16;

    /// <summary>First tokens, which always take part.</summary>
    public int Sinks { get; init; }

    /// <summary>Last tokens, which always take part.</summary>
    public int Recent { get; init; } = 1;

    /// <summary>First layers, which attend to everything.</summary>
    public int Dense { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options =>
    [
        BudgetOption("tokens that a step attends to at most, the first and last ones included"),
        PolicyOption.Whole("page", "adjacent tokens that are selected together", (PagePolicy p) => p.Page, (p, v) => p with { Page = v }),
        PolicyOption.Whole("sinks", "first tokens that always take part", (PagePolicy p) => p.Sinks, (p, v) => p with { Sinks = v }),
        PolicyOption.Whole("recent", "last tokens that always take part", (PagePolicy p) => p.Recent, (p, v) => p with { Recent = v }),
        PolicyOption.Whole("dense", "first layers that attend to all", (PagePolicy p) => p.Dense, (p, v) => p with { Dense = v }),
    ];

    /// <inheritdoc/>
    /// <remarks>What always takes part has at most a quarter and an eighth of small budgets, a page as much as the latter.</remarks>
    public override CachePolicy AtBudget(int prompt, int tokens) => this with
    {
        Budget = tokens,
        Page = Math.Min(Page, Math.Max(1, tokens / 8)),
        Sinks = Math.Min(Sinks, tokens / 8),
        Recent = Math.Min(Recent, Math.Max(1, tokens / 4)),
    };

    /// <inheritdoc/>
    protected override void Check()
    {
        base.Check();
        Require(Page >= 1, "page", Page, "1 or more");
        Require(Sinks >= 0, "sinks", Sinks, "0 or more");
        Require(Recent >= 1, "recent", Recent, "1 or more: the step's own token takes part");
        Require(Dense >= 0, "dense", Dense, "0 or more");
    }

    /// <inheritdoc/>
    public override int Kept(int prompt, int layer) => prompt;

    /// <inheritdoc/>
    public override int Selected(int prompt, int generated, int layer) => Rule(prompt, 1).Selected(layer, Cached(prompt, generated, layer));

    /// <summary>What is selected, with so many selections in a layer.</summary>
    protected virtual PageRule Rule(int prompt, int deciders) =>
        new() { Size = Page, Budget = Budget, Sinks = Sinks, Recent = Recent, Deciders = deciders, Dense = Dense };

    /// <summary>Bits that sums of so many scores need more than one.</summary>
    protected static int BitsOf(int summed) => System.Numerics.BitOperations.Log2((uint)Math.Max(1, (2 * summed) - 1));
}
