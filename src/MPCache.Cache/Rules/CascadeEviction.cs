namespace MPCache.Cache;

/// <summary>
/// A chain of sub-caches (<see cref="CascadeLayout"/>): where two tokens compete for a place, the one with more attention received stays; in
/// doubt the earlier. When and where is public, so on shares a step costs a comparison and moves two rows at most.
/// </summary>
public sealed class CascadeEviction<T> : AttentionEviction<T>
{
    private readonly CascadeLayout[] _layouts; // by layer, of the tokens that have attended
    private readonly StoredRows<T>[] _sums; // by layer, beside the cache: key heads x tokens

    /// <summary>For a generation; the rule says the sinks and the floor of importance.</summary>
    public CascadeEviction(ICacheOperations<T> operations, CacheShape shape, KeepRule rule, int window, int size, int levels)
        : base(operations, shape, rule, new AttentionRule { Window = Math.Min(window, shape.Prompt), Always = true })
    {
        _layouts = [.. Enumerable.Range(0, shape.Layers).Select(_ => CascadeLayout.After(shape.Prompt, rule.Sinks, size, levels))];
        _sums = [.. Enumerable.Range(0, shape.Layers).Select(_ => operations.Store(rule.Deciders, shape.Prompt + shape.Generated, 1))];
    }

    /// <inheritdoc/>
    protected override long Most => base.Most + ((long)Math.Max(Shape.Generated, RunningRule.StepsInTheClear) * Shape.Share);

    /// <inheritdoc/>
    public override bool Judges(int layer, int position, int rows) => position >= Shape.Prompt || base.Judges(layer, position, rows);

    /// <inheritdoc/>
    public override async ValueTask EndPrompt(IReadOnlyList<LayerCache<T>> caches)
    {
        var layers = caches.Select((cache, layer) => EndPrompt(layer, cache)).ToList(); // side by side
        foreach (ValueTask layer in layers)
        {
            await layer;
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
        T before = _sums[layer].Read(0, tokens - 1);
        T sums = Operations.Add(received, Operations.Beside(Rule.Deciders, before, Operations.Zeros(before, Rule.Deciders)));
        _sums[layer].Write(sums, 0, tokens);
        switch (_layouts[layer].Push())
        {
            case { Competes: true } change:
                await Compete(layer, cache, change.Place, runs: 1, size: 2);
                break;
            case { } change:
                Drop(layer, cache, change.Place, 1);
                break;
            default:
                break;
        }
    }

    private async ValueTask EndPrompt(int layer, LayerCache<T> cache)
    {
        _sums[layer].Write(ReceivedAt(layer), 0, Shape.Prompt);
        (int From, int Size)[] runs = [.. _layouts[layer].Runs];
        for (int end = runs.Length, start; end > 0; end = start) // the last runs first, so that the places before them stay
        {
            for (start = end - 1; start > 0 && runs[start - 1].Size == runs[end - 1].Size; start--)
            {
            }

            if (runs[start].Size > 1)
            {
                await Compete(layer, cache, runs[start].From, end - start, runs[start].Size);
            }
        }

        if (runs.Length > 0)
        {
            Drop(layer, cache, Rule.Sinks, runs[0].From - Rule.Sinks);
        }
    }

    /// <summary>Of each of some runs of neighbours the token with the most attention stays.</summary>
    private async ValueTask Compete(int layer, LayerCache<T> cache, int from, int runs, int size)
    {
        int heads = Rule.Deciders, last = cache.Tokens - from - (runs * size);
        T sums = Operations.Columns(_sums[layer].Read(0, cache.Tokens), heads, (from, runs * size));
        T compared = await Operations.Above(Operations.Comparable(sums, Most), Rule.Floor);
        HiddenPlaces places = await Operations.Largest(compared, heads * runs, 1);
        ValueTask<T> winners = Operations.Gather(sums, places, 1);
        ValueTask<Factor<T>> keys = Operations.Move(cache.Keys.Read(from, runs * size), places);
        Factor<T> values = await Operations.Move(cache.Values.Read(from, runs * size), places);
        _sums[layer].Move(from + (runs * size), from + runs, last);
        _sums[layer].Write(await winners, from, runs);
        cache.Replace(from, await keys, values, runs, last);
    }

    private void Drop(int layer, LayerCache<T> cache, int from, int count)
    {
        int last = cache.Tokens - from - count;
        _sums[layer].Move(from + count, from, last);
        cache.KeepEnds(from, last);
    }
}
