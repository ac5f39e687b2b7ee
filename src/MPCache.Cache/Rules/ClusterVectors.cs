namespace MPCache.Cache;

/// <summary>
/// One layer's cluster vectors alpha r_max + (1 - alpha) r_min (paper, section 4.2), made ready once like keys, so that a step's cluster
/// scores are local. Extremes are
/// found once a cluster, by a tree of comparisons; a coarse cluster's from those of its fine ones.
/// </summary>
internal sealed class ClusterVectors<T>
{
    private readonly ICacheOperations<T> _operations;
    private readonly CacheShape _shape;
    private readonly ClusterRule _rule;
    private readonly int _layer;
    private readonly Level _fine;
    private readonly Level? _coarse;

    public ClusterVectors(ICacheOperations<T> operations, CacheShape shape, ClusterRule rule, int layer)
    {
        (_operations, _shape, _rule, _layer) = (operations, shape, rule, layer);
        int tokens = rule.Capacity(layer);
        _fine = new Level(operations, shape, rule.Fine.Size, tokens / rule.Fine.Size);
        _coarse = rule.Coarse is { } coarse ? new Level(operations, shape, coarse.Size, tokens / coarse.Size) : null;
    }

    private sealed class Level(ICacheOperations<T> operations, CacheShape shape, int size, int capacity)
    {
        public int Size => size;

        /// <summary>Clusters whose vectors are there.</summary>
        public int Count { get; set; }

        /// <summary>Key heads x clusters x head dim.</summary>
        public StoredRows<Factor<T>> Vectors { get; } = operations.StoreFactors(shape.KeyHeads, capacity, shape.HeadDim);

        public StoredRows<T> Highs { get; } = operations.Store(shape.KeyHeads, capacity, shape.HeadDim);

        public StoredRows<T> Lows { get; } = operations.Store(shape.KeyHeads, capacity, shape.HeadDim);
    }

    /// <summary>
    /// Builds the vectors of complete clusters up to <paramref name="fineTo"/> and <paramref name="coarseTo"/> that have none yet; most
    /// steps have nothing to do.
    /// </summary>
    public async ValueTask Extend(LayerCache<T> cache, int fineTo, int coarseTo)
    {
        if (fineTo > _fine.Count)
        {
            _operations.Stage(Stages.ClusterVectors);
            int from = _fine.Count, count = fineTo - from, size = _fine.Size;
            T keys = cache.Keys.Read(from * size, count * size).Value;
            await Add(_fine, from, count, await Extremes<T>.Of(_operations, [keys], _shape.KeyHeads * count, size, _shape.HeadDim));
        }

        if (_coarse is { } coarse && coarseTo > coarse.Count)
        {
            _operations.Stage(Stages.ClusterVectors);
            int from = coarse.Count, count = coarseTo - from, children = coarse.Size / _fine.Size;
            T highs = _fine.Highs.Read(from * children, count * children), lows = _fine.Lows.Read(from * children, count * children);
            (T, T) extremes = await Extremes<T>.Of(_operations, [highs, lows], _shape.KeyHeads * count, children, _shape.HeadDim);
            await Add(coarse, from, count, extremes);
        }
    }

    /// <summary>Scores of the first clusters of a size: heads x clusters, at the scale of scores.</summary>
    public T Scores(Factor<T> queries, int size, int clusters) =>
        _operations.Scores(queries, (_fine.Size == size ? _fine : _coarse!).Vectors, 1, clusters);

    /// <summary>Scores of one cluster of any run of cached tokens, which is not stored: heads.</summary>
    public async ValueTask<T> ScoreOf(Factor<T> queries, LayerCache<T> cache, int from, int size)
    {
        T keys = cache.Keys.Read(from, size).Value;
        StoredRows<Factor<T>> vector = _operations.StoreFactors(_shape.KeyHeads, 1, _shape.HeadDim);
        vector.Write(await Vector(await Extremes<T>.Of(_operations, [keys], _shape.KeyHeads, size, _shape.HeadDim)), 0, 1);
        return _operations.Scores(queries, vector, 1, 1);
    }

    private async ValueTask Add(Level level, int from, int count, (T High, T Low) extremes)
    {
        level.Highs.Write(extremes.High, from, count);
        level.Lows.Write(extremes.Low, from, count);
        level.Vectors.Write(await Vector(extremes), from, count);
        level.Count = from + count;
    }

    private ValueTask<Factor<T>> Vector((T High, T Low) extremes) =>
        _operations.AsKeys(_operations.Blend(extremes.High, _rule.Alpha, extremes.Low, 1 - _rule.Alpha), _layer);
}
