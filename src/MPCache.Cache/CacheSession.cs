namespace MPCache.Cache;

/// <summary>
/// The decisions of one sequence in the clear: what a plaintext engine calls, layer by layer, in order. Layers that share get the arrays of
/// the layer that decides, without a computation of their own.
/// </summary>
public sealed class CacheSession(CachePolicy policy)
{
    private readonly Dictionary<int, int[][]> _kept = [];
    private readonly Dictionary<int, int[][]> _selected = [];

    /// <summary>The policy that decides.</summary>
    public CachePolicy Policy { get; } = policy.Validated();

    /// <summary>Tokens of the prompt; 0 before the first call of <see cref="Evict"/>.</summary>
    public int Prompt { get; private set; }

    /// <summary>After prefill, once a layer: for each key head the prompt positions that stay in its cache, ascending. Arguments as for <see cref="StaticEviction.KeepByHead"/>.</summary>
    /// <exception cref="InvalidOperationException">The layer that decides for this one has not been called.</exception>
    public int[][] Evict(int layer, HeadRows windowQueries, HeadRows keys)
    {
        Prompt = keys.Rows;
        int leader = Policy.Leader(layer);
        if (leader == layer)
        {
            _kept[layer] = StaticEviction.KeepByHead(Policy, layer, windowQueries, keys);
        }
        return Decided(_kept, leader, layer);
    }

    /// <summary>At each step, once a layer: the cache positions that each head attends to. Arguments as for <see cref="DynamicSelection.Select"/>.</summary>
    /// <exception cref="InvalidOperationException">The layer that decides for this one has not been called.</exception>
    public int[][] Select(int layer, HeadRows queries, HeadRows keys)
    {
        int leader = Policy.Leader(layer);
        if (leader == layer)
        {
            _selected[layer] = DynamicSelection.Select(Policy, layer, Prompt, queries, keys);
        }
        return Decided(_selected, leader, layer);
    }

    private static T Decided<T>(Dictionary<int, T> decisions, int leader, int layer) =>
        decisions.TryGetValue(leader, out T? decision)
            ? decision
            : throw new InvalidOperationException($"Layer {layer} follows layer {leader}, which has not decided: call the layers in order.");
}
