namespace MPCache.Cache;

/// <summary>What stays has the keys that are least like the others: the smallest cosine with the mean of all keys' directions.</summary>
public sealed class KeyLikenessEviction<T>(ICacheOperations<T> operations, CacheShape shape, KeepRule rule)
    : CountEviction<T>(operations, shape, rule)
{
    /// <inheritdoc/>
    protected override async ValueTask<T> Importances(int[] layers, IReadOnlyList<LayerCache<T>> caches)
    {
        var running = layers.Select(layer => Unlikeness(caches[layer])).ToList(); // side by side, so that they share their rounds
        var all = new List<T>();
        foreach (ValueTask<T> layer in running)
        {
            all.Add(await layer);
        }

        return Operations.Comparable(Operations.Beside(1, [.. all]), Shape.Prompt);
    }

    /// <summary>Key heads x candidates. The mean's length is the same for all tokens of a head, so the sum of directions orders as it does.</summary>
    private async ValueTask<T> Unlikeness(LayerCache<T> cache)
    {
        T directions = await Operations.UnitRows(cache.Keys.Read(0, Shape.Prompt), Shape.HeadDim);
        T sum = Operations.SumsOfBlocks(directions, Shape.KeyHeads * Shape.Prompt, Shape.KeyHeads);
        ValueTask<Factor<T>> ready = Operations.Ready(directions);
        Factor<T> mean = await Operations.Ready(sum);
        T cosines = Operations.Products(await ready, mean, Shape.KeyHeads, Shape.HeadDim);
        return Operations.Negate(Operations.Columns(cosines, Shape.KeyHeads, (Rule.Sinks, Candidates)));
    }
}
