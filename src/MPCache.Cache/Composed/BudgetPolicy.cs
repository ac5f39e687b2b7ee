namespace MPCache.Cache;

/// <summary>A policy that is said by a number of tokens: what each key head keeps of the prompt, unless it says otherwise.</summary>
public abstract record BudgetPolicy : CachePolicy
{
    /// <summary>Tokens.</summary>
    public int Budget { get; init; } = 256;

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options => [BudgetOption("tokens that each key head keeps of the prompt")];

    /// <inheritdoc/>
    public override int Kept(int prompt, int layer) => Math.Min(prompt, Budget);

    /// <inheritdoc/>
    public override CachePolicy AtBudget(int prompt, int tokens) => this with { Budget = tokens };

    /// <inheritdoc/>
    protected override void Check() => Require(Budget >= 1, "budget", Budget, "1 or more");

    /// <summary>The option <c>--budget</c>.</summary>
    protected static PolicyOption BudgetOption(string help) =>
        PolicyOption.Whole("budget", help, (BudgetPolicy p) => p.Budget, (p, v) => p with { Budget = v });
}
