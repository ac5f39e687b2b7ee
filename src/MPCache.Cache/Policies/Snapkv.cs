namespace MPCache.Cache;

/// <summary>
/// SnapKV (arXiv 2404.14469): each key head keeps the prompt's last tokens and those that the queries of these attend to most, judged
/// together with their neighbours.
/// The original's budget is a capacity in tokens too; it pools by the maximum (its code, by the mean); here neighbours are summed, which
/// orders as the mean does but at
/// the ends and is linear, so free on shares.
/// </summary>
public sealed record Snapkv : CachePolicy
{
    /// <summary>Tokens that each key head keeps of the prompt, the window included.</summary>
    public int Budget { get; init; } = 256;

    /// <summary>Last queries that judge; their tokens stay.</summary>
    public int Window { get; init; } = 64;

    /// <summary>Adjacent tokens that are judged together, an odd number.</summary>
    public int Pooling { get; init; } = 5;

    /// <inheritdoc/>
    public override string Name => "snapkv";

    /// <inheritdoc/>
    public override bool StepsAppend => true;

    /// <inheritdoc/>
    public override string Summary => "what the last 64 queries look at, pooled over 5 tokens, and these 64 (SnapKV, arXiv 2404.14469)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2404.14469";

    /// <inheritdoc/>
    public override string Keeps => "the last tokens and what their queries attend to, pooled";

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options =>
    [
        PolicyOption.Whole(
            "budget",
            "tokens that each key head keeps of the prompt, the window included",
            (Snapkv p) => p.Budget,
            (p, v) => p with { Budget = v }),
        PolicyOption.Whole(
            "window",
            "last queries that judge, and whose tokens stay",
            (Snapkv p) => p.Window,
            (p, v) => p with { Window = v }),
        PolicyOption.Whole(
            "pooling",
            "adjacent tokens that are judged together, odd",
            (Snapkv p) => p.Pooling,
            (p, v) => p with { Pooling = v }),
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
    }

    /// <inheritdoc/>
    public override int Kept(int prompt, int layer) => Math.Min(prompt, Budget);

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape)
    {
        var rule = new KeepRule { Kept = layer => Kept(shape.Prompt, layer), Deciders = shape.KeyHeads, Recent = Window };
        return new AttentionEviction<T>(
            operations,
            shape,
            rule,
            new AttentionRule { Window = Math.Min(shape.Prompt, Window), Pooling = Pooling });
    }
}
