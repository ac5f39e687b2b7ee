namespace MPCache.Cache;

/// <summary>Rows that have attended: what a policy may note of them.</summary>
/// <param name="Queries">Their queries: heads x rows x head dim.</param>
/// <param name="Numerators">Softmax's numerators: heads x rows x tokens.</param>
/// <param name="Reciprocals">Reciprocals of their sums: heads x rows.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Position">Position of the first row in the text.</param>
/// <param name="Tokens">Tokens in the cache.</param>
public sealed record Attended<T>(Factor<T> Queries, Factor<T> Numerators, T Reciprocals, int Rows, int Position, int Tokens);

/// <summary>A decoding step before its softmax.</summary>
/// <param name="Queries">The step's queries: heads x head dim.</param>
/// <param name="Scores">Their scores: heads x tokens.</param>
/// <param name="Cache">The layer's cache, the step's own key included.</param>
public sealed record Step<T>(Factor<T> Queries, T Scores, LayerCache<T> Cache);

/// <summary>What a step attends to in place of everything.</summary>
/// <param name="Scores">Selected scores as softmax takes them: heads x columns.</param>
/// <param name="Columns">Scores of a head.</param>
/// <param name="PutBack">Brings what was computed of them (heads x columns) back to their tokens: heads x tokens, zero elsewhere.</param>
/// <param name="Count">Tokens that are attended to, over all heads.</param>
public sealed record Selected<T>(T Scores, int Columns, Func<T, ValueTask<T>> PutBack, long Count);

/// <summary>
/// What a policy does in one generation, in the order in which attention asks: rows of the prompt are judged layer by layer; the caches are thinned once after it;
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

    /// <summary>Judges rows of a prompt that has run already, from their queries and the cache as it was: heads x rows x head dim, the last row's key the cache's last.</summary>
    public async ValueTask JudgeAgain(ICacheOperations<T> operations, int layer, Factor<T> queries, int heads, int rows, int position, LayerCache<T> cache)
    {
        if (!Judges(layer, position, rows))
        {
            return;
        }

        int tokens = position + rows;
        int[] valid = [.. Enumerable.Range(0, heads * rows).Select(r => position + (r % rows) + 1)];
        T scores = operations.ForSoftmax(operations.Scores(queries, cache.Keys, rows, tokens), layer);
        T numerators = await operations.Numerators(scores, layer, heads * rows, valid);
        Factor<T> reciprocals = await operations.Reciprocals(operations.RowSums(numerators, heads * rows), tokens);
        await Judge(layer, new Attended<T>(queries, await operations.Weights(numerators), reciprocals.Value, rows, position, tokens), cache);
    }
}
