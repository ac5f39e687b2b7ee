namespace MPCache.Cache;

/// <summary>
/// Importance is the largest probability that any of the prompt's last queries gave a token, over the heads that share its keys. On shares
/// the maximum over queries costs a comparison for each token, query and head but one.
/// </summary>
public sealed class LargestAttentionEviction<T> : CountEviction<T>
{
    private readonly int _window;
    private readonly HashSet<int> _begun = []; // layers that some rows have judged
    private readonly Dictionary<int, StoredRows<T>> _largest = []; // by layer: key heads x prompt

    /// <summary>For a generation; sets are those of key heads.</summary>
    public LargestAttentionEviction(ICacheOperations<T> operations, CacheShape shape, KeepRule rule, int window)
        : base(operations, shape, rule)
    {
        _window = window;
        foreach (int layer in Enumerable.Range(0, shape.Layers).Where(Decides))
        {
            _largest[layer] = operations.Store(shape.KeyHeads, shape.Prompt, 1);
        }
    }

    /// <inheritdoc/>
    public override bool Judges(int layer, int position, int rows) =>
        _largest.ContainsKey(layer) && position < Shape.Prompt && position + rows > Shape.Prompt - _window;

    /// <inheritdoc/>
    public override async ValueTask Judge(int layer, Attended<T> attended, LayerCache<T> cache)
    {
        int rows = attended.Rows, from = Math.Max(0, Shape.Prompt - _window - attended.Position), tokens = attended.Tokens;
        T probabilities = await Operations.Divide(attended.Numerators, attended.Reciprocals);
        T judged = Operations.Columns(probabilities, Shape.Heads, (from * tokens, (rows - from) * tokens));
        int each = Shape.Share * (rows - from); // rows that judge one key head, each key heads x tokens
        List<T> left = [.. Enumerable.Range(0, each).Select(r => Operations.Columns(judged, Shape.KeyHeads, (r * tokens, tokens)))];
        if (!_begun.Add(layer))
        {
            left.Add(_largest[layer].Read(0, tokens));
        }

        for (; left.Count > 1;)
        {
            int pairs = left.Count / 2;
            T firsts = Operations.Beside(1, [.. left.Take(pairs)]), seconds = Operations.Beside(1, [.. left.Skip(pairs).Take(pairs)]);
            T larger = (await Operations.Sort(firsts, seconds)).Larger;
            left = [.. Enumerable.Range(0, pairs).Select(p => Operations.Block(larger, p, pairs)), .. left.Skip(2 * pairs)];
        }

        T unseen = Operations.Zeros(left[0], Shape.KeyHeads * (Shape.Prompt - tokens));
        _largest[layer].Write(Operations.Beside(Shape.KeyHeads, left[0], unseen), 0, Shape.Prompt);
    }

    /// <inheritdoc/>
    protected override ValueTask<T> Importances(int[] layers, IReadOnlyList<LayerCache<T>> caches)
    {
        T all = Operations.Beside(1, [.. layers.Select(l => _largest[l].Read(Rule.Sinks, Candidates))]);
        return new(Operations.Comparable(all, 1));
    }
}
