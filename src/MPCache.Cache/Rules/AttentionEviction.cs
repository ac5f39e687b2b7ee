namespace MPCache.Cache;

/// <summary>
/// Importance is the attention that tokens received from the window's queries, summed over the heads that decide together (paper, section
/// 4.1). It is summed while the
/// prompt runs.
/// </summary>
public class AttentionEviction<T> : CountEviction<T>
{
    private readonly AttentionRule _judging;
    private readonly Dictionary<int, StoredRows<T>> _received = []; // by layer: deciders x prompt

    /// <summary>For a generation.</summary>
    public AttentionEviction(ICacheOperations<T> operations, CacheShape shape, KeepRule rule, AttentionRule judging)
        : base(operations, shape, rule)
    {
        _judging = judging;
        foreach (int layer in Enumerable.Range(0, shape.Layers).Where(l => judging.Always || Decides(l)))
        {
            _received[layer] = operations.Store(rule.Deciders, 1, shape.Prompt);
        }
    }

    /// <summary>No importance, spread over its neighbours, exceeds this: one for each judging query, head and neighbour.</summary>
    protected virtual long Most => (long)_judging.Window * (Shape.Heads / Rule.Deciders) * _judging.Pooling * (_judging.Forward + 1);

    /// <summary>Attention received so far at a layer that is judged: deciders x prompt.</summary>
    protected T ReceivedAt(int layer) => _received[layer].Read(0, 1);

    /// <inheritdoc/>
    public override bool Judges(int layer, int position, int rows) =>
        _received.ContainsKey(layer) && position < Shape.Prompt && position + rows > Shape.Prompt - _judging.Window;

    /// <inheritdoc/>
    public override async ValueTask Judge(int layer, Attended<T> attended, LayerCache<T> cache)
    {
        int from = Math.Max(0, Shape.Prompt - _judging.Window - attended.Position);
        T received = await Operations.Received(attended, from, Most);
        received = Operations.SumsOfBlocks(received, Shape.Heads, Rule.Deciders);
        T unseen = Operations.Zeros(received, Rule.Deciders * (Shape.Prompt - attended.Tokens));
        T before = _received[layer].Read(0, 1);
        _received[layer].Write(Operations.Add(Operations.Beside(Rule.Deciders, received, unseen), before), 0, 1);
    }

    /// <inheritdoc/>
    protected override ValueTask<T> Importances(int[] layers, IReadOnlyList<LayerCache<T>> caches)
    {
        bool AlwaysStays(int token) => Rule.AlwaysStays(Shape.Prompt, token);
        T all = Operations.Beside(1, [.. layers.Select(l => _received[l].Read(0, 1))]);
        int rows = layers.Length * Rule.Deciders, half = _judging.Pooling / 2;
        all = half > 0 ? Operations.SumsAround(all, rows, half, half) : all;
        all = _judging.Forward > 0 ? Operations.SumsAround(all, rows, _judging.Forward, 0, AlwaysStays) : all;
        return new(Operations.Comparable(Operations.Columns(all, rows, (Rule.Sinks, Candidates)), Most));
    }
}
