namespace MPCache.Cache;

/// <summary>
/// What a policy does in one generation, in the order in which attention asks: rows of the prompt are judged layer by layer; the caches are
/// thinned once after it;
/// a step may select before its softmax, and be judged after it. This one does nothing of it, so it is the full cache.
/// </summary>
/// <typeparam name="T">The engine's tensor.</typeparam>
public class PolicyRun<T>
{
    /// <summary>A step's key has come to a layer's cache: what slides drops a token, at a public place.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cache">Its cache; keys only are appended yet.</param>
    /// <param name="position">Position of the step's token in the text.</param>
    public virtual void Appended(int layer, LayerCache<T> cache, int position)
    {
    }

    /// <summary>Selects what a step attends to at a layer; null for everything.</summary>
    public virtual ValueTask<Selected<T>?> Select(int layer, Step<T> step) => new((Selected<T>?)null);

    /// <summary>True where some of these rows are to be judged at this layer.</summary>
    public virtual bool Judges(int layer, int position, int rows) => false;

    /// <summary>Notes what rows attended to. After a step's token it may thin the layer's cache.</summary>
    public virtual ValueTask Judge(int layer, Attended<T> attended, LayerCache<T> cache) => default;

    /// <summary>The prompt has passed through all layers: thins their caches.</summary>
    public virtual ValueTask EndPrompt(IReadOnlyList<LayerCache<T>> caches) => default;

    /// <summary>
    /// Judges rows that have run already, from their queries and the cache as it was: rows of the prompt, or a step after it, whose key
    /// is the cache's last. Queries are heads x rows x head dim.
    /// </summary>
    public async ValueTask JudgeAgain(
        ICacheOperations<T> operations,
        int layer,
        Factor<T> queries,
        int heads,
        int rows,
        int position,
        LayerCache<T> cache)
    {
        if (!Judges(layer, position, rows))
        {
            return;
        }

        int tokens = Math.Min(position + rows, cache.Tokens); // a cache that was thinned holds fewer
        int[] valid = [.. Enumerable.Range(0, heads * rows).Select(r => tokens - rows + (r % rows) + 1)];
        T scores = operations.Scores(queries, cache.Keys, rows, tokens);
        T numerators = await operations.Numerators(operations.ForSoftmax(scores, layer), layer, heads * rows, valid);
        Factor<T> reciprocals = await operations.Reciprocals(operations.RowSums(numerators, heads * rows), tokens);
        Factor<T> weights = await operations.Ready(numerators);
        await Judge(layer, new Attended<T>(queries, scores, weights, reciprocals, rows, position, tokens), cache);
    }
}
