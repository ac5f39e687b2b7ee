using MPCache.Cache;
using MPCache.Models;

namespace MPCache.Inference;

/// <summary>
/// Attention over cached keys and values under a cache policy, written once over an engine's operations: float, fixed point, parties,
/// dealer and cost engine run this
/// text. Its tensors' shapes stand beside it; "tokens" are those in the layer's cache.
/// </summary>
public sealed class Attention<T>
{
    private readonly ModelConfig _config;
    private readonly IEngine<T> _engine;
    private readonly ICacheOperations<T> _operations;
    private readonly CachePolicy _rules;
    private readonly PolicyRun<T> _policy;
    private readonly LayerCache<T>[] _caches;

    /// <summary>Attention of one generation.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="engine">What runs it.</param>
    /// <param name="policy">What is kept of the prompt and attended to at each step.</param>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="generated">Tokens generated at most; null where an engine in the clear does not know.</param>
    public Attention(ModelConfig config, IEngine<T> engine, CachePolicy policy, int prompt, int? generated)
    {
        Shape = new CacheShape(config.Layers, config.Heads, config.KeyValueHeads, config.HeadDim, prompt, generated ?? 0);
        (_config, _engine, _operations, _rules) = (config, engine, engine.Operations, policy);
        int capacity = generated is { } most ? prompt + most : int.MaxValue;
        _caches = [.. Enumerable.Range(0, config.Layers)
            .Select(_ => new LayerCache<T>(_operations, config.KeyValueHeads, capacity, config.HeadDim))];
        _policy = policy.Begin(_operations, Shape);
    }

    /// <summary>Tokens attended to by all heads of all layers at steps, and tokens that the full cache would have attended to.</summary>
    public (long Attended, long Full) Count { get; private set; }

    /// <summary>
    /// For a prompt that later generations go on from: sees each piece's queries (heads x rows x head dim) of a layer, and its rows.
    /// </summary>
    public Action<int, Factor<T>, int>? SeesQueries { get; init; }

    /// <summary>Public sizes of the generation.</summary>
    public CacheShape Shape { get; }

    /// <summary>The layers' caches.</summary>
    public IReadOnlyList<LayerCache<T>> Caches => _caches;

    /// <summary>
    /// Rotates queries and keys, appends keys and values, attends causally: rows x (heads + 2 key heads) head dim in, rows x heads head dim
    /// out.
    /// </summary>
    public async ValueTask<T> Attend(T queryKeyValue, int layer, int rows, int position)
    {
        SlidingLimit.Check(_config, _rules, position + rows);
        LayerCache<T> cache = _caches[layer];
        bool step = position >= Shape.Prompt;

        _operations.Stage(Stages.KeysValues);
        T q = _engine.SplitHeads(queryKeyValue, layer, rows, position, HeadKind.Query);         // heads x rows x head dim
        T k = _engine.SplitHeads(queryKeyValue, layer, rows, position, HeadKind.Key);           // key heads x rows x head dim
        T v = _engine.SplitHeads(queryKeyValue, layer, rows, position, HeadKind.Value);
        ValueTask<Factor<T>> values = _engine.Ready(v, layer, HeadKind.Value);                  // runs beside the softmax
        ValueTask<Factor<T>> readyQueries = _engine.Ready(q, layer, HeadKind.Query);
        Factor<T> keys = await _engine.Ready(k, layer, HeadKind.Key);
        Factor<T> queries = await readyQueries;
        SeesQueries?.Invoke(layer, queries, rows);
        cache.AppendKeys(keys, rows);
        if (step)
        {
            _policy.Appended(layer, cache, position);
        }

        int? window = _config.WindowOf(layer);
        if (window is { } most && cache.Tokens >= most + rows)
        {
            cache.KeepEnds(0, most - 1 + rows); // no later row sees what is older
        }

        _operations.Stage(Stages.Scores);
        int tokens = cache.Tokens;
        T raw = _operations.Scores(queries, cache.Keys, rows, tokens), scores = raw;            // heads x rows x tokens
        Selected<T>? selected = step ? await _policy.Select(layer, new Step<T>(queries, scores, cache)) : null;
        scores = selected is null ? _operations.ForSoftmax(scores, layer) : selected.Scores;    // heads x rows x columns
        SlidingColumns<T>? sliding = window < tokens ? new(_operations, window.Value, Shape.Heads, rows, tokens) : null;
        scores = sliding is null ? scores : sliding.Gather(scores);

        _operations.Stage(Stages.Softmax);
        int columns = selected?.Columns ?? (sliding is null ? tokens : window!.Value);
        int[] valid = sliding?.Valid ?? [.. Enumerable.Range(0, Shape.Heads * rows).Select(r => columns - rows + (r % rows) + 1)];
        T numerators = await _operations.Numerators(scores, layer, Shape.Heads * rows, valid);
        // Heads x rows.
        ValueTask<Factor<T>> reciprocals = _operations.Reciprocals(_operations.RowSums(numerators, Shape.Heads * rows), columns);
        numerators = selected is null ? numerators : await selected.PutBack(numerators);        // heads x rows x tokens
        numerators = sliding is null ? numerators : sliding.PutBack(numerators);

        _operations.Stage(Stages.WeightedSum);
        Factor<T> weights = await _operations.Ready(numerators);
        cache.AppendValues(await values, rows);
        Factor<T> sums = await _operations.WeightedSums(weights, cache.Values, rows, tokens);   // heads x rows x head dim
        Factor<T> divisors = await reciprocals;
        T attended = _operations.Average(sums, divisors);
        if (_policy.Judges(layer, position, rows))
        {
            await _policy.Judge(layer, new Attended<T>(queries, raw, weights, divisors, rows, position, tokens), cache);
        }

        if (step)
        {
            long later = (long)rows * (rows - 1) / 2; // the first row does not see the others, and so on
            Count = (
                Count.Attended + (selected?.Count ?? Shape.Heads * (((long)rows * tokens) - later)),
                Count.Full + (Shape.Heads * (((long)rows * (position + rows)) - later)));
        }

        return _engine.JoinHeads(attended, layer, rows);                                        // rows x (heads head dim)
    }

    /// <summary>The last tokens leave the caches: guesses that were wrong.</summary>
    public void DropLast(int count)
    {
        foreach (LayerCache<T> cache in _caches)
        {
            cache.DropLast(count);
        }
    }

    /// <summary>The prompt has passed: caches shrink to what the policy keeps.</summary>
    public ValueTask EndPrompt()
    {
        _operations.Stage(Stages.Eviction);
        return _policy.EndPrompt(_caches);
    }

    /// <summary>
    /// Takes over a prompt that has run: its caches, and its queries (heads x tokens x head dim a layer) for the policy to judge by.
    /// </summary>
    public async ValueTask Resume(IReadOnlyList<LayerCache<T>> caches, IReadOnlyList<StoredRows<Factor<T>>> queries, int pieceRows)
    {
        for (int layer = 0; layer < Shape.Layers; layer++)
        {
            LayerCache<T> from = caches[layer];
            _caches[layer].AppendKeys(from.Keys.Read(0, from.Tokens), from.Tokens);
            _caches[layer].AppendValues(from.Values.Read(0, from.Tokens), from.Tokens);
            for (int at = 0; at < Shape.Prompt; at += pieceRows)
            {
                int rows = Math.Min(pieceRows, Shape.Prompt - at);
                await _policy.JudgeAgain(_operations, layer, queries[layer].Read(at, rows), Shape.Heads, rows, at, _caches[layer]);
            }
        }

        await EndPrompt();
    }

    /// <summary>
    /// Fills the caches with public pseudo-random keys and values in place of a prompt's, through the same opening: what a step costs does
    /// not depend on them.
    /// </summary>
    public async ValueTask Fill(int tokens)
    {
        _operations.Stage(Stages.Fill);
        for (int layer = 0; layer < _caches.Length; layer++)
        {
            for (int at = 0; at < tokens; at += CacheNoise.Piece)
            {
                using IDisposable scope = _operations.Scope();
                int count = Math.Min(CacheNoise.Piece, tokens - at);
                ValueTask<Factor<T>> keys = _engine.Noise(layer, at, count, HeadKind.Key), values = _engine.Noise(
                    layer,
                    at,
                    count,
                    HeadKind.Value);
                _caches[layer].AppendKeys(await keys, count);
                _caches[layer].AppendValues(await values, count);
            }
        }
    }
}
