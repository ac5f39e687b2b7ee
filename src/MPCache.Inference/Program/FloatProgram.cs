using MPCache.Cache;
using MPCache.Kernels;

namespace MPCache.Inference;

/// <summary>Generation in single precision.</summary>
/// <param name="weights">The model.</param>
/// <param name="policy">What is kept of the prompt and attended to at each step; the full cache by default.</param>
/// <param name="observe">Sees every tensor.</param>
public sealed class FloatProgram(FloatWeights weights, CachePolicy? policy = null, TensorObserver? observe = null)
{
    private readonly FloatEngine _engine = new(weights, observe);
    private Attention<float[]>? _attention;
    private Transformer<float[]>? _transformer;
    private int _position;

    /// <summary>Goes on under a cache policy after a prompt that has been run; the prompt may be used again.</summary>
    public FloatProgram(FloatWeights weights, CachePolicy policy, FloatPrompt prompt)
        : this(weights, policy)
    {
        Begin(prompt.Tokens).Resume(prompt.Caches, prompt.Queries, Piece.MostRows).AsTask().GetAwaiter().GetResult();
        _position = prompt.Tokens;
    }

    /// <summary>Tokens attended to in decoding steps, over all heads and layers, and what the full cache would have attended to.</summary>
    public (long Attended, long Full) Attention => _attention?.Count ?? default;

    /// <summary>Fills the cache with pseudo-random tokens in place of a prompt's: for measurements.</summary>
    public void FillCache(int tokens)
    {
        Begin(tokens).Fill(tokens).AsTask().GetAwaiter().GetResult();
        _position = tokens;
    }

    /// <summary>Runs the prompt and returns the logits after its last token.</summary>
    public float[] Prompt(int[] tokens)
    {
        float[] logits = Step(tokens);
        _attention!.EndPrompt().AsTask().GetAwaiter().GetResult();
        return logits;
    }

    /// <summary>Runs a prompt that nothing is evicted of, or generated tokens, and returns the logits after the last.</summary>
    public float[] Step(int[] tokens)
    {
        _ = _attention ?? Begin(tokens.Length);
        float[]? logits = null;
        int end = _position + tokens.Length;
        foreach (Piece piece in Piece.Of(tokens, _position))
        {
            int next = piece.Position + piece.Tokens.Length;
            logits = _transformer!.Run([piece], 1, next == end ? 1 : 0).AsTask().GetAwaiter().GetResult();
            _position = next;
        }

        return logits!;
    }

    /// <summary>
    /// Runs a prompt for its observer alone. Any row could be a prompt's last: all of them meet the last norm, and one in
    /// <paramref name="logitRows"/> the output matrix.
    /// </summary>
    internal void Observe(int[] tokens, int logitRows)
    {
        _ = Begin(tokens.Length);
        foreach (int[] piece in tokens.Chunk(Piece.MostRows))
        {
            Rows(piece).AsTask().GetAwaiter().GetResult();
            _position += piece.Length;
        }

        async ValueTask Rows(int[] piece)
        {
            float[] x = await _engine.Embed(piece, _position);
            for (int layer = 0; layer < weights.Config.Layers; layer++)
            {
                x = await _transformer!.Layer(x, layer, piece.Length, _position);
            }

            float[] rows = await _engine.Norm(x, weights.Config.Layers, NormSite.Output);
            IEnumerable<float[]> some = rows.Chunk(weights.Config.Width).Where((_, r) => (piece.Length - 1 - r) % logitRows == 0);
            await _engine.Linear([.. some.SelectMany(r => r)], weights.Config.Layers, LinearSite.Output);
        }
    }

    /// <summary>Runs a prompt with the full cache and keeps what other policies need to go on from it.</summary>
    internal static FloatPrompt Run(FloatWeights weights, int[] tokens)
    {
        var program = new FloatProgram(weights);
        var engine = program._engine;
        StoredRows<Factor<float[]>>[] queries =
            [.. Enumerable.Range(0, weights.Config.Layers)
                .Select(_ => engine.Operations.StoreFactors(weights.Config.Heads, tokens.Length, weights.Config.HeadDim))];
        Attention<float[]> attention = program.Begin(
            tokens.Length,
            (layer, rows, count) => queries[layer].Write(rows, program._position, count));
        return new FloatPrompt(attention.Shape, attention.Caches, queries, program.Step(tokens));
    }

    /// <summary>The last tokens leave the cache as if they had not been run; under the full cache alone.</summary>
    public void DropLast(int count)
    {
        _attention?.DropLast(count);
        _position -= count;
    }

    /// <summary>Index of the largest; the first of equals.</summary>
    public static int Largest(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }

    private Attention<float[]> Begin(int prompt, Action<int, Factor<float[]>, int>? seesQueries = null)
    {
        _attention = new Attention<float[]>(weights.Config, _engine, policy ?? CachePolicy.Named("full"), prompt, null)
        {
            SeesQueries = seesQueries,
        };
        _transformer = new Transformer<float[]>(weights.Config, _engine, _attention);
        return _attention;
    }
}
