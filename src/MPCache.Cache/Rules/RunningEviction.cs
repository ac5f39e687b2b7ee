namespace MPCache.Cache;

/// <summary>
/// A cache that never exceeds its budget: the tokens that received the least attention go, after the prompt and again at steps. On shares a
/// thinning at a step shuffles the whole cache of a layer, keys and values, so that nobody sees which token went.
/// </summary>
public sealed class RunningEviction<T> : AttentionEviction<T>
{
    private readonly RunningRule _running;
    private readonly StoredRows<T>[] _sums; // by layer, beside the cache: deciders x tokens

    /// <summary>For a generation.</summary>
    public RunningEviction(ICacheOperations<T> operations, CacheShape shape, KeepRule rule, int window, RunningRule running)
        : base(operations, shape, rule, new AttentionRule { Window = Math.Min(window, shape.Prompt), Always = running.Sums })
    {
        _running = running;
        _sums = [.. Enumerable.Range(0, shape.Layers).Select(_ => operations.Store(rule.Deciders, shape.Prompt + shape.Generated, 1))];
    }

    /// <summary>Queries of the prompt and of all steps may look at one token.</summary>
    protected override long Most =>
        (_running.Sums ? Shape.Prompt + (long)Math.Max(Shape.Generated, RunningRule.StepsInTheClear) : 1) * (Shape.Heads / Rule.Deciders);

    /// <inheritdoc/>
    public override bool Judges(int layer, int position, int rows) => position < Shape.Prompt
        ? base.Judges(layer, position, rows)
        : _running.Sums || Thins(position);

    /// <inheritdoc/>
    protected override async ValueTask Moving(int layer, HiddenPlaces places)
    {
        if (_running.Sums)
        {
            await Keep(layer, ReceivedAt(layer), places);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask EndPrompt(IReadOnlyList<LayerCache<T>> caches)
    {
        await base.EndPrompt(caches);
        for (int layer = 0; _running.Sums && layer < caches.Count; layer++)
        {
            if (!Decides(layer))
            {
                _sums[layer].Write(ReceivedAt(layer), 0, Shape.Prompt);
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask Judge(int layer, Attended<T> attended, LayerCache<T> cache)
    {
        if (attended.Position < Shape.Prompt)
        {
            await base.Judge(layer, attended, cache);
            return;
        }

        Operations.Stage(Stages.Eviction);
        int tokens = cache.Tokens;
        T received = Operations.SumsOfBlocks(await Operations.Received(attended, 0, Most), Shape.Heads, Rule.Deciders);
        if (_running.Sums)
        {
            T before = _sums[layer].Read(0, tokens - 1);
            received = Operations.Add(received, Operations.Beside(Rule.Deciders, before, Operations.Zeros(before, Rule.Deciders)));
        }

        int candidates = tokens - Rule.Sinks - Rule.Recent, kept = _running.Budget - Rule.Sinks - Rule.Recent;
        if (!Thins(attended.Position) || kept >= candidates)
        {
            _sums[layer].Write(received, 0, tokens);
            return;
        }

        T compared = Operations.Comparable(Operations.Columns(received, Rule.Deciders, (Rule.Sinks, candidates)), Most);
        HiddenPlaces places = await Operations.Largest(await Operations.Above(compared, Rule.Floor), Rule.Deciders, kept);
        places = Rule.InOrder ? await Operations.InOrder(places) : places;
        ValueTask sums = _running.Sums ? Keep(layer, received, places) : default;
        await cache.Keep(Operations, Rule.Sinks, places.Of(CacheShape.PartOf(Shape.KeyHeads, Rule.Deciders)), Rule.Recent);
        await sums;
    }

    private bool Thins(int position) => (position - Shape.Prompt + 1) % _running.Every == 0;

    /// <summary>Of the sums (deciders x tokens) those that stay, as their keys do.</summary>
    private async ValueTask Keep(int layer, T sums, HiddenPlaces places)
    {
        T candidates = Operations.Columns(sums, Rule.Deciders, (Rule.Sinks, places.Candidates));
        T middle = await Operations.Gather(candidates, places, 1);
        T first = Operations.Columns(sums, Rule.Deciders, (0, Rule.Sinks));
        T last = Operations.Columns(sums, Rule.Deciders, (Rule.Sinks + places.Candidates, Rule.Recent));
        _sums[layer].Write(Operations.Beside(Rule.Deciders, first, middle, last), 0, Rule.Sinks + places.Kept + Rule.Recent);
    }
}
