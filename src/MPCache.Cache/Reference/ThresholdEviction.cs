namespace MPCache.Cache;

/// <summary>
/// Eviction as the paper's public code does it: a token stays when one window query gives it a head-averaged probability of at least a
/// threshold. How many stay depends on
/// the data, so it runs in the clear alone, to be compared with.
/// </summary>
internal sealed class ThresholdEviction<T>(
    ICacheOperations<T> operations,
    CacheShape shape,
    KeepRule rule,
    Func<int, bool> evicts,
    int window,
    double threshold)
    : PolicyRun<T>
{
    private readonly IClearValues<T> _clear = operations.InTheClear
        ?? throw new InvalidOperationException("Eviction by threshold looks at values: it runs in single precision alone.");

    private readonly Dictionary<int, float[]> _queries = []; // by layer: heads x window x head dim, without the scale of scores

    public override bool Judges(int layer, int position, int rows) =>
        evicts(layer) && rule.Leader(layer) == layer && position < shape.Prompt && position + rows > shape.Prompt - window;

    public override ValueTask Judge(int layer, Attended<T> attended, LayerCache<T> cache)
    {
        int d = shape.HeadDim, from = Math.Max(0, shape.Prompt - window - attended.Position), count = attended.Rows - from;
        if (!_queries.TryGetValue(layer, out float[]? all))
        {
            _queries[layer] = all = new float[shape.Heads * window * d];
        }

        float[] queries = _clear.Unscaled(attended.Queries.Value);
        for (int h = 0; h < shape.Heads; h++)
        {
            int at = attended.Position + from - (shape.Prompt - window);
            queries.AsSpan(((h * attended.Rows) + from) * d, count * d).CopyTo(all.AsSpan(((h * window) + at) * d));
        }

        return default;
    }

    public override async ValueTask EndPrompt(IReadOnlyList<LayerCache<T>> caches)
    {
        foreach ((int leader, float[] window) in _queries)
        {
            float[] keys = _clear.Of(caches[leader].Keys.Read(0, shape.Prompt).Value).ToArray();
            double[] largest = ReferenceImportance.Largest(
                new HeadRows(window, shape.Heads, window.Length / shape.Heads / shape.HeadDim, shape.HeadDim),
                new HeadRows(keys, shape.KeyHeads, shape.Prompt, shape.HeadDim));
            int[] kept = [.. Enumerable.Range(0, shape.Prompt).Where(t => largest[t] >= threshold || rule.AlwaysStays(shape.Prompt, t))];
            HiddenPlaces places = _clear.Places(shape.Prompt, [.. Enumerable.Repeat(kept, shape.KeyHeads)]);
            for (int layer = leader; layer < shape.Layers; layer++)
            {
                if (rule.Leader(layer) == leader)
                {
                    await caches[layer].Keep(operations, 0, places, 0);
                }
            }
        }
    }
}
