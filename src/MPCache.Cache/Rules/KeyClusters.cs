namespace MPCache.Cache;

/// <summary>
/// Clusters of the prompt's keys by direction (k-means), found once for each key head, without anybody knowing who belongs where. Clusters
/// begin at keys that stand at equal distances; a cluster's centre counts as one of its keys, so none is ever empty.
/// </summary>
/// <param name="operations">The engine.</param>
/// <param name="shape">Public sizes.</param>
/// <param name="first">First token that is clustered.</param>
/// <param name="count">Tokens that are clustered.</param>
/// <param name="clusters">Clusters of a key head.</param>
/// <param name="layer">The layer.</param>
internal sealed class KeyClusters<T>(ICacheOperations<T> operations, CacheShape shape, int first, int count, int clusters, int layer)
{
    private StoredRows<Factor<T>>? _centres, _members;

    /// <summary>Groups the keys in so many rounds of assigning and averaging.</summary>
    public async ValueTask Find(LayerCache<T> cache, int iterations)
    {
        int heads = shape.KeyHeads, d = shape.HeadDim;
        Factor<T> keys = cache.Keys.Read(first, count);
        Factor<T> directions = await operations.Ready(await operations.UnitRows(keys, d));
        T starts = operations.Columns(keys.Value, heads, [.. Enumerable.Range(0, clusters).Select(c => (c * count / clusters * d, d))]);
        Factor<T> centres = await operations.AsKeys(starts, layer);
        Factor<T>? members = null;
        for (int i = 0; i < iterations; i++)
        {
            T towards = operations.Transposed(await operations.UnitRows(centres, d), heads, clusters);
            T cosines = operations.Products(directions, await operations.Ready(towards), heads, d);          // tokens x clusters
            HiddenPlaces nearest = await operations.Largest(operations.Comparable(cosines, 1), heads * count, 1);
            T marks = operations.Transposed(await operations.Marks(nearest), heads, count);                  // clusters x tokens
            members = await operations.Ready(marks);
            T sums = operations.Add(operations.Products(members, keys, heads, count), centres.Value);
            T counts = operations.SumsOfRuns(operations.Beside(heads * clusters, marks, operations.Ones(heads * clusters)), count + 1);
            centres = await operations.AsKeys(await operations.Means(sums, counts, count + 1), layer);
        }

        _centres = operations.StoreFactors(heads, clusters, d);
        _centres.Write(centres, 0, clusters);
        _members = operations.StoreFactors(heads, clusters, count);
        _members.Write(members!, 0, clusters);
    }

    /// <summary>
    /// Each clustered token's score is its centre's, in the form in which scores are compared: heads x tokens. It is brought to that form
    /// before it is handed out, so that tokens of one cluster tie exactly. One round.
    /// </summary>
    public async ValueTask<T> Scores(Factor<T> queries)
    {
        T ofCentres = operations.Comparable(operations.Scores(queries, _centres!, 1, clusters));             // heads x clusters
        return operations.Products(await operations.Ready(ofCentres), _members!.Read(0, clusters), shape.KeyHeads, clusters);
    }
}
