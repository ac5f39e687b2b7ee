namespace MPCache.Cache;

/// <summary>
/// A policy tried in single precision on keys and queries alone, without a model: which tokens it keeps and selects. What stays is read off
/// values that hold their
/// token's place, so it is what the policy did to the cache, not what it says of it. Queries have the scale of scores, log2(e) / sqrt(head
/// dim); all are rotated.
/// </summary>
public sealed class PolicyTrial
{
    private const int PieceRows = 64;

    private readonly CacheShape _shape;
    private readonly ClearOperations _operations;
    private readonly PolicyRun<float[]> _run;
    private readonly LayerCache<float[]>[] _caches;

    /// <summary>A trial of a policy that may run in the clear.</summary>
    public PolicyTrial(CachePolicy policy, CacheShape shape)
    {
        _shape = shape;
        _operations = new ClearOperations(shape.Heads, shape.KeyHeads, shape.HeadDim, Math.Log2(Math.E) / Math.Sqrt(shape.HeadDim));
        _caches = [.. Enumerable.Range(0, shape.Layers).Select(_ => Empty())];
        _run = policy.Validated().Begin(_operations, shape);
    }

    /// <summary>
    /// Gives a layer the prompt's last queries (heads x any number x head dim) and its keys (key heads x prompt x head dim).
    /// </summary>
    public void Prompt(int layer, float[] queries, float[] keys)
    {
        Append(_caches[layer], keys, _shape.Prompt, 0);
        int d = _shape.HeadDim, rows = queries.Length / _shape.Heads / d;
        for (int at = 0, count; at < rows; at += count)
        {
            count = Math.Min(PieceRows, rows - at);
            Factor<float[]> piece = _operations.FactorOf(_operations.Columns(queries, _shape.Heads, (at * d, count * d)));
            _run.JudgeAgain(_operations, layer, piece, _shape.Heads, count, _shape.Prompt - rows + at, _caches[layer]).AsTask().GetAwaiter()
                .GetResult();
        }
    }

    /// <summary>Ends the prompt: for each layer and key head the places in the prompt that stay, in the order of the cache.</summary>
    public int[][][] EndPrompt()
    {
        _run.EndPrompt(_caches).AsTask().GetAwaiter().GetResult();
        return [.. _caches.Select(Places)];
    }

    /// <summary>
    /// The first step after the prompt at a layer, from its queries (heads x head dim) and keys (key heads x head dim): for each query head
    /// the places in the text that are
    /// attended to, ascending. Layers in their order.
    /// </summary>
    public int[][] Step(int layer, float[] queries, float[] keys)
    {
        Append(_caches[layer], keys, 1, _shape.Prompt);
        return Attend(layer, queries, _caches[layer], 1);
    }

    /// <summary>
    /// Ends that step at a layer, its value known and its queries judged: for each key head the places in the text that are still cached.
    /// </summary>
    public int[][] EndStep(int layer, float[] queries)
    {
        _run.JudgeAgain(_operations, layer, _operations.FactorOf(queries), _shape.Heads, 1, _shape.Prompt, _caches[layer]).AsTask()
            .GetAwaiter().GetResult();
        return Places(_caches[layer]);
    }

    /// <summary>
    /// The same over a cache that is given whole, key heads x cached tokens x head dim, the last <paramref name="generated"/> of them
    /// generated; places are those in it.
    /// </summary>
    public int[][] Select(int layer, float[] queries, float[] keys, int generated = 1)
    {
        LayerCache<float[]> cache = Empty();
        Append(cache, keys, keys.Length / _shape.KeyHeads / _shape.HeadDim, 0);
        return Attend(layer, queries, cache, generated);
    }

    private int[][] Attend(int layer, float[] queries, LayerCache<float[]> cache, int generated)
    {
        _run.Appended(layer, cache, _shape.Prompt + generated - 1);
        Factor<float[]> ready = _operations.FactorOf(queries);
        float[] scores = _operations.Scores(ready, cache.Keys, 1, cache.Tokens);
        Selected<float[]>? selected = _run.Select(layer, new Step<float[]>(ready, scores, cache)).AsTask().GetAwaiter().GetResult();
        float[] attended = selected is null
            ? [.. scores.Select(_ => 1f)]
            : selected.PutBack([.. selected.Scores.Select(s => float.IsNegativeInfinity(s) ? 0f : 1f)]).AsTask().GetAwaiter().GetResult();
        int[][] places = Places(cache);
        return
        [
            .. Enumerable.Range(0, _shape.Heads).Select(h => Enumerable.Range(0, cache.Tokens)
                .Where(t => attended[(h * cache.Tokens) + t] != 0).Select(t => places[h / _shape.Share][t]).ToArray()),
        ];
    }

    private LayerCache<float[]> Empty() => new(_operations, _shape.KeyHeads, int.MaxValue, _shape.HeadDim);

    private void Append(LayerCache<float[]> cache, float[] keys, int count, int firstPlace)
    {
        float[] places = new float[keys.Length];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = firstPlace + (i / _shape.HeadDim % count);
        }

        cache.AppendKeys(_operations.FactorOf(keys), count);
        cache.AppendValues(_operations.FactorOf(places), count);
    }

    private int[][] Places(LayerCache<float[]> cache)
    {
        float[] values = cache.Values.Read(0, cache.Tokens).Value;
        int Place(int head, int token) => (int)values[((head * cache.Tokens) + token) * _shape.HeadDim];
        return [.. Enumerable.Range(0, _shape.KeyHeads).Select(h => Enumerable.Range(0, cache.Tokens).Select(t => Place(h, t)).ToArray())];
    }
}
