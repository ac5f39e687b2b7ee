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
            await Add(_fine, from, count, await Extremes([keys], count, size));
        }

        if (_coarse is { } coarse && coarseTo > coarse.Count)
        {
            _operations.Stage(Stages.ClusterVectors);
            int from = coarse.Count, count = coarseTo - from, children = coarse.Size / _fine.Size;
            T highs = _fine.Highs.Read(from * children, count * children), lows = _fine.Lows.Read(from * children, count * children);
            await Add(coarse, from, count, await Extremes([highs, lows], count, children));
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
        vector.Write(await Vector(await Extremes([keys], 1, size)), 0, 1);
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

    /// <summary>
    /// Element-wise largest of runs of <paramref name="size"/> rows of the first and smallest of the last, key heads x count x head dim
    /// each. Where only one is given,
    /// as at the leaves, a comparison serves both.
    /// </summary>
    private async ValueTask<(T High, T Low)> Extremes(T[] rows, int count, int size)
    {
        bool same = rows.Length == 1;
        T[] high = Members(rows[0], count, size), low = same ? high : Members(rows[1], count, size);
        for (; high.Length > 1; same = false)
        {
            int pairs = high.Length / 2, blocks = same ? pairs : 2 * pairs;
            T firsts = _operations.Beside(1, [.. Halves(high, 0), .. same ? [] : Halves(low, 0)]);
            T seconds = _operations.Beside(1, [.. Halves(high, 1), .. same ? [] : Halves(low, 1)]);
            (T larger, T smaller) = await _operations.Sort(firsts, seconds);
            T[] oddHigh = high.Length % 2 == 1 ? [high[^1]] : [], oddLow = low.Length % 2 == 1 ? [low[^1]] : [];
            high = [.. Enumerable.Range(0, pairs).Select(p => _operations.Block(larger, p, blocks)), .. oddHigh];
            low = [.. Enumerable.Range(blocks - pairs, pairs).Select(p => _operations.Block(smaller, p, blocks)), .. oddLow];
        }

        return (high[0], low[0]);
    }

    /// <summary>Of each two neighbours the first (0) or the second (1); an odd one out is left out.</summary>
    private static IEnumerable<T> Halves(T[] members, int which)
        => Enumerable.Range(0, members.Length / 2).Select(p => members[(2 * p) + which]);

    /// <summary>The first rows of all runs, the second ones, and so on: each key heads x count x head dim.</summary>
    private T[] Members(T rows, int count, int size) =>
        [.. Enumerable.Range(0, size)
            .Select(m => _operations.Columns(rows, _shape.KeyHeads * count, (m * _shape.HeadDim, _shape.HeadDim)))];
}
