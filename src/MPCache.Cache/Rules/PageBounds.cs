namespace MPCache.Cache;

/// <summary>
/// The largest and the smallest of each key dimension over the pages of one layer, found once a page by a tree of comparisons and made ready
/// like keys.
/// </summary>
internal sealed class PageBounds<T>(ICacheOperations<T> operations, CacheShape shape, int size, int capacity, int layer)
{
    /// <summary>Pages whose bounds are there.</summary>
    public int Count { get; private set; }

    /// <summary>Key heads x pages x head dim.</summary>
    public StoredRows<Factor<T>> Highs { get; } = operations.StoreFactors(shape.KeyHeads, capacity, shape.HeadDim);

    /// <summary>Key heads x pages x head dim.</summary>
    public StoredRows<Factor<T>> Lows { get; } = operations.StoreFactors(shape.KeyHeads, capacity, shape.HeadDim);

    /// <summary>Bounds of pages up to <paramref name="pages"/>, the first of which begins at token <paramref name="first"/>.</summary>
    public async ValueTask Extend(LayerCache<T> cache, int first, int pages)
    {
        if (pages <= Count)
        {
            return;
        }

        operations.Stage(Stages.ClusterVectors);
        int count = pages - Count;
        T keys = cache.Keys.Read(first + (Count * size), count * size).Value;
        (T highs, T lows) = await Extremes<T>.Of(operations, [keys], shape.KeyHeads * count, size, shape.HeadDim);
        ValueTask<Factor<T>> high = operations.AsKeys(highs, layer), low = operations.AsKeys(lows, layer);
        Highs.Write(await high, Count, count);
        Lows.Write(await low, Count, count);
        Count = pages;
    }
}
