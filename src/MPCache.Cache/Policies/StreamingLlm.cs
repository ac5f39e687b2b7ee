namespace MPCache.Cache;

/// <summary>
/// StreamingLLM (arXiv 2309.17453): attention sinks and the most recent tokens, sliding, with positions counted inside the cache. Between
/// the tokens of the window nothing changes by that, so the sinks alone are turned, by as many positions as tokens were dropped, at each
/// step: public factors, so on shares a step costs two rounds more.
/// </summary>
public sealed record StreamingLlm : BudgetPolicy
{
    /// <summary>First tokens that stay.</summary>
    public int Sinks { get; init; } = 4;

    /// <inheritdoc/>
    public override string Name => "streaming-llm";

    /// <inheritdoc/>
    public override string Summary => "the first 4 and the most recent tokens, sliding, positions counted in the cache (arXiv 2309.17453)";

    /// <inheritdoc/>
    public override string Source => "arXiv 2309.17453";

    /// <inheritdoc/>
    public override string Keeps => "the first and the last tokens";

    /// <inheritdoc/>
    public override string Selects => "the first and the last tokens";

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options =>
    [
        BudgetOption("tokens of the cache, the first ones and the step's own included"),
        PolicyOption.Whole("sinks", "first tokens that stay", (StreamingLlm p) => p.Sinks, (p, v) => p with { Sinks = v }),
    ];

    /// <inheritdoc/>
    public override CachePolicy AtBudget(int prompt, int tokens) =>
        this with { Budget = tokens, Sinks = Math.Min(Sinks, tokens / 2) };

    /// <inheritdoc/>
    protected override void Check()
    {
        Require(Sinks >= 0, "sinks", Sinks, "0 or more");
        Require(Budget > Sinks, "budget", Budget, $"more than the first {Sinks}, which always stay");
    }

    /// <inheritdoc/>
    public override int Cached(int prompt, int generated, int layer) => Math.Min(prompt + generated, Budget);

    /// <inheritdoc/>
    /// <remarks>Turned keys have 12 more fractional bits.</remarks>
    public override int ScoreGrowth(CacheShape shape) => 4;

    /// <inheritdoc/>
    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) => new Run<T>(operations, shape, this);

    private sealed class Run<T>(ICacheOperations<T> operations, CacheShape shape, StreamingLlm policy) : PolicyRun<T>
    {
        private readonly SlidingWindow<T> _window = new(
            policy.Sinks, layer => policy.Kept(shape.Prompt, layer), (_, _) => policy.Budget, shape.Prompt);

        private readonly StoredRows<Factor<T>>?[] _sinks = new StoredRows<Factor<T>>?[shape.Layers];
        private readonly int[] _dropped = new int[shape.Layers];

        public override ValueTask EndPrompt(IReadOnlyList<LayerCache<T>> caches) => _window.EndPrompt(caches);

        public override void Appended(int layer, LayerCache<T> cache, int position)
        {
            _window.Appended(layer, cache, position);
            _dropped[layer] = position + 1 - cache.Tokens;
        }

        public override async ValueTask<Selected<T>?> Select(int layer, Step<T> step)
        {
            int tokens = step.Cache.Tokens;
            if (_dropped[layer] == 0 || policy.Sinks == 0 || !operations.Rotates(layer))
            {
                return null;
            }

            operations.Stage(Stages.Selection);
            T sinks = step.Cache.Keys.Read(0, policy.Sinks).Value;
            _sinks[layer] ??= operations.StoreFactors(shape.KeyHeads, policy.Sinks, shape.HeadDim);
            _sinks[layer]!.Write(await operations.AsKeys(operations.Turned(sinks, layer, _dropped[layer]), layer), 0, policy.Sinks);
            T first = operations.ForSoftmax(operations.Scores(step.Queries, _sinks[layer]!, 1, policy.Sinks), layer);
            T others = operations.Columns(operations.ForSoftmax(step.Scores, layer), shape.Heads, (policy.Sinks, tokens - policy.Sinks));
            return new Selected<T>(operations.Beside(shape.Heads, first, others), tokens, x => new(x), (long)shape.Heads * tokens);
        }
    }
}
