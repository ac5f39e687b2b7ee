namespace MPCache.Cache;

/// <summary>
/// For each page of one layer the centre of the box around its keys, and their mean distance from it; both ready like keys, the distance as
/// the first element of a row that is zero behind it.
/// </summary>
internal sealed class PageDigests<T>(ICacheOperations<T> operations, CacheShape shape, int size, int capacity, int layer)
{
    /// <summary>Pages whose digests are there.</summary>
    private int _count;

    /// <summary>Key heads x pages x head dim.</summary>
    public StoredRows<Factor<T>> Centres { get; } = operations.StoreFactors(shape.KeyHeads, capacity, shape.HeadDim);

    /// <summary>Key heads x pages x head dim.</summary>
    public StoredRows<Factor<T>> Spreads { get; } = operations.StoreFactors(shape.KeyHeads, capacity, shape.HeadDim);

    /// <summary>Digests of pages up to <paramref name="pages"/>, the first of which begins at token <paramref name="first"/>.</summary>
    public async ValueTask Extend(LayerCache<T> cache, int first, int pages)
    {
        if (pages <= _count)
        {
            return;
        }

        operations.Stage(Stages.ClusterVectors);
        int count = pages - _count, d = shape.HeadDim, all = shape.KeyHeads * count;
        T keys = cache.Keys.Read(first + (_count * size), count * size).Value;
        (T highs, T lows) = await Extremes<T>.Of(operations, [keys], all, size, d);
        Factor<T> centres = await operations.AsKeys(operations.Blend(highs, 0.5, lows, 0.5), layer);
        T ofEachKey = operations.Columns(centres.Value, all, [.. Enumerable.Repeat((0, d), size)]);
        Factor<T> apart = await operations.Ready(operations.Add(keys, operations.Negate(ofEachKey)));
        Factor<T> distances = await operations.AsKeys(await RowLengths.Of(operations, apart, all * size, d), layer);
        T counts = operations.SumsOfRuns(operations.Ones(all * size), size);
        T mean = await operations.Means(operations.SumsOfRuns(distances.Value, size), counts, size);
        Centres.Write(centres, _count, count);
        Spreads.Write(await operations.AsKeys(operations.MoveRuns(mean, all, d, _ => (0, 0, 1)), layer), _count, count);
        _count = pages;
    }
}
