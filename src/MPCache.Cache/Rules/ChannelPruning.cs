namespace MPCache.Cache;

/// <summary>After the prompt, the channels of each key head's keys that matter least to its last queries become zero.</summary>
/// <param name="operations">The engine.</param>
/// <param name="shape">Public sizes.</param>
/// <param name="window">Last queries that judge; their tokens' keys stay whole.</param>
/// <param name="kept">Channels that stay.</param>
public sealed class ChannelPruning<T>(ICacheOperations<T> operations, CacheShape shape, int window, int kept) : PolicyRun<T>
{
    private const long Most = 1 << 20; // importances are compared up to here: two fractional bits are left

    private readonly StoredRows<T>?[] _queries = new StoredRows<T>?[shape.Layers]; // sums of squares: key heads x head dim

    /// <inheritdoc/>
    public override bool Judges(int layer, int position, int rows) =>
        window < shape.Prompt && position < shape.Prompt && position + rows > shape.Prompt - window;

    /// <inheritdoc/>
    public override ValueTask Judge(int layer, Attended<T> attended, LayerCache<T> cache)
    {
        int d = shape.HeadDim, from = Math.Max(0, shape.Prompt - window - attended.Position), rows = attended.Rows - from;
        T judged = operations.Columns(operations.Squares(attended.Queries), shape.Heads, (from * d, rows * d));
        T sums = operations.SumsOfBlocks(judged, shape.Heads * rows, shape.KeyHeads);
        bool first = _queries[layer] is null;
        StoredRows<T> queries = _queries[layer] ??= operations.Store(shape.KeyHeads, 1, d);
        queries.Write(first ? sums : operations.Add(sums, queries.Read(0, 1)), 0, 1);
        return default;
    }

    /// <inheritdoc/>
    public override async ValueTask EndPrompt(IReadOnlyList<LayerCache<T>> caches)
    {
        for (int layer = 0; layer < caches.Count && window < shape.Prompt && kept < shape.HeadDim; layer++)
        {
            using (operations.Scope())
            {
                await Prune(layer, caches[layer]);
            }
        }
    }

    private async ValueTask Prune(int layer, LayerCache<T> cache)
    {
        int heads = shape.KeyHeads, d = shape.HeadDim, tokens = shape.Prompt, pruned = tokens - window;
        T ofKeys = operations.SumsOfBlocks(operations.Squares(cache.Keys.Read(0, tokens)), heads * tokens, heads);
        T counts = operations.SumsOfRuns(operations.Ones(heads * d * tokens), tokens);
        ValueTask<T> means = operations.Means(ofKeys, counts, tokens);

        // A cache that was filled for a measurement has been judged by no query: any importance does.
        T ofQueries = _queries[layer] is { } judged ? judged.Read(0, 1) : operations.Zeros(ofKeys, heads * d);
        Factor<T> queries = await operations.AsKeys(ofQueries, layer), keys = await operations.AsKeys(await means, layer);
        T importance = operations.Comparable(operations.Products(queries, keys, heads * d, 1), Most);
        T marks = await operations.Marks(await operations.Largest(importance, heads, kept));
        Factor<T> diagonal = await operations.Ready(operations.MoveRuns(marks, heads * d, d, r => (0, r % d, 1)));
        T left = operations.Products(cache.Keys.Read(0, pruned), diagonal, heads, d);
        cache.Keys.Write(await operations.AsKeys(left, layer), 0, pruned);
    }
}
