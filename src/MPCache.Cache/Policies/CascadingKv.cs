namespace MPCache.Cache;

/// <summary>
/// Cascading KV cache (arXiv 2406.17808): a chain of sub-caches behind the first tokens. The newest takes every token; what it pushes out
/// goes to the next, which takes every second and lets the others compete with its newest for the place, by attention; and so on, so that
/// the cache reaches back 2^i times as far with the i-th. The original compares moving averages of attention as tokens arrive; here the
/// prompt's tokens are compared when it has ended, by what its last queries gave them, and steps add to that.
/// </summary>
public sealed record CascadingKv : BudgetPolicy
{
    /// <summary>First tokens, which stay.</summary>
    public int Sinks { get; init; } = 64;

    /// <summary>Sub-caches.</summary>
    public int Cascades { get; init; } = 4;

    /// <summary>Last queries of the prompt that judge.</summary>
    public int Window { get; init; } = 32;

    /// <inheritdoc/>
    public override string Name => "cascading-kv";

    /// <inheritdoc/>
    public override string Summary => "the first 64, then 4 sub-caches with every token, every second, fourth, eighth (arXiv 2406.17808)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2406.17808";

    /// <inheritdoc/>
    public override string Keeps => "the first, then every token, every second, fourth, eighth";

    /// <inheritdoc/>
    public override string Selects => "all that is cached; one goes at a step";

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options =>
    [
        BudgetOption("tokens of the cache, the first ones included"),
        PolicyOption.Whole("sinks", "first tokens that stay", (CascadingKv p) => p.Sinks, (p, v) => p with { Sinks = v }),
        PolicyOption.Whole("cascades", "sub-caches", (CascadingKv p) => p.Cascades, (p, v) => p with { Cascades = v }),
        PolicyOption.Whole("window", "last queries of the prompt that judge", (CascadingKv p) => p.Window, (p, v) => p with { Window = v }),
    ];

    private int Size => (Budget - Sinks) / Cascades;

    /// <inheritdoc/>
    public override CachePolicy AtBudget(int prompt, int tokens) =>
        this with { Budget = tokens, Cascades = Math.Min(Cascades, tokens), Sinks = Math.Min(Sinks, Math.Max(0, (tokens - Cascades) / 4)) };

    /// <inheritdoc/>
    protected override void Check()
    {
        Require(Sinks >= 0, "sinks", Sinks, "0 or more");
        Require(Cascades is >= 1 and <= 12, "cascades", Cascades, "from 1 to 12");
        Require(Window >= 1, "window", Window, "1 or more");
        Require(Budget >= Sinks + Cascades, "budget", Budget, $"at least {Sinks + Cascades}: the first {Sinks} and one for each sub-cache");
    }

    /// <inheritdoc/>
    public override int Kept(int prompt, int layer) => CascadeLayout.After(prompt, Sinks, Size, Cascades).Count;

    /// <inheritdoc/>
    public override int Cached(int prompt, int generated, int layer) => generated == 0
        ? Kept(prompt, layer)
        : CascadeLayout.After(prompt + generated - 1, Sinks, Size, Cascades).Count + 1;

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) => new CascadeEviction<T>(
        operations,
        shape,
        new KeepRule
        {
            Kept = layer => Kept(shape.Prompt, layer),
            Deciders = shape.KeyHeads,
            Sinks = Math.Min(Sinks, shape.Prompt),
            Floor = RunningRule.Floor * shape.Share,
        },
        Window,
        Size,
        Cascades);
}
