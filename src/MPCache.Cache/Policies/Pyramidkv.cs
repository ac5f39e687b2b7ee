namespace MPCache.Cache;

/// <summary>
/// PyramidKV (arXiv 2406.02069): SnapKV whose budgets fall linearly over the layers, the same in the mean. Each falls by the whole part of
/// an equal step, so a few tokens of the mean may be lost, as in the original. Neighbours are summed in place of their maximum, as for
/// snapkv.
/// </summary>
public sealed record Pyramidkv : BudgetPolicy
{
    /// <summary>Last queries that judge; their tokens stay.</summary>
    public int Window { get; init; } = 64;

    /// <summary>Adjacent tokens that are judged together, an odd number.</summary>
    public int Pooling { get; init; } = 5;

    /// <summary>The last layer keeps this part of the mean, the window apart.</summary>
    public int Beta { get; init; } = 20;

    private int Layers { get; init; }

    /// <inheritdoc/>
    public override string Name => "pyramidkv";

    /// <inheritdoc/>
    public override bool StepsAppend => true;

    /// <inheritdoc/>
    public override string Summary => "snapkv with budgets that fall linearly from the first layer to the last (arXiv 2406.02069)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2406.02069";

    /// <inheritdoc/>
    public override string Keeps => "as snapkv, fewer in later layers";

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options =>
    [
        BudgetOption("tokens that each key head keeps of the prompt, the window included, in the mean over layers"),
        PolicyOption.Whole("window", "last queries that judge, and whose tokens stay", (Pyramidkv p) => p.Window,
            (p, v) => p with { Window = v }),
        PolicyOption.Whole("pooling", "adjacent tokens that are judged together, odd", (Pyramidkv p) => p.Pooling,
            (p, v) => p with { Pooling = v }),
        PolicyOption.Whole("beta", "the last layer keeps one in so many of the mean, the window apart", (Pyramidkv p) => p.Beta,
            (p, v) => p with { Beta = v }),
    ];

    /// <inheritdoc/>
    public override CachePolicy AtBudget(int prompt, int tokens) =>
        this with { Budget = tokens, Window = Math.Min(Window, Math.Max(1, tokens / 2)) };

    /// <inheritdoc/>
    protected override void Check()
    {
        Require(Window >= 1, "window", Window, "1 or more");
        Require(Budget >= Window, "budget", Budget, $"at least the window, {Window}");
        Require(Pooling >= 1 && Pooling % 2 == 1, "pooling", Pooling, "odd");
        Require(Beta >= 1, "beta", Beta, "1 or more");
    }

    /// <inheritdoc/>
    public override CachePolicy Of(int layers) => this with { Layers = layers };

    /// <inheritdoc/>
    public override int Kept(int prompt, int layer)
    {
        if (Layers == 0)
        {
            throw new InvalidOperationException("What pyramidkv keeps depends on the number of layers: ask the policy of a model.");
        }

        if (prompt <= Budget)
        {
            return prompt;
        }

        int mean = Budget - Window, most = Math.Min((2 * mean) - (mean / Beta), prompt - Window);
        int step = (most - ((2 * mean) - most)) / Math.Max(1, Layers - 1);
        return most - (layer * step) + Window;
    }

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) => new AttentionEviction<T>(
        operations,
        shape,
        new KeepRule { Kept = layer => Of(shape.Layers).Kept(shape.Prompt, layer), Deciders = shape.KeyHeads, Recent = Window },
        new AttentionRule { Window = Math.Min(shape.Prompt, Window), Pooling = Pooling });
}
