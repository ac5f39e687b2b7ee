using MPCache.Cache;

namespace MPCache.Inference;

/// <summary>Generation in single precision.</summary>
public sealed class FloatProgram
{
    private readonly FloatEngine _engine;
    private readonly Transformer<float[]> _transformer;
    private int _position;

    /// <summary>A generation under a cache policy, the full cache by default.</summary>
    public FloatProgram(FloatWeights weights, CachePolicy? policy = null)
    {
        _engine = new FloatEngine(weights, policy);
        _transformer = new Transformer<float[]>(weights.Config, _engine);
    }

    /// <summary>Goes on under a cache policy after a prompt that has been run; the prompt may be used again.</summary>
    public FloatProgram(FloatWeights weights, CachePolicy policy, FloatPrompt prompt)
    {
        _engine = new FloatEngine(weights, policy, prompt);
        _transformer = new Transformer<float[]>(weights.Config, _engine);
        _position = prompt.Tokens;
    }

    /// <summary>Tokens attended to in decoding steps, over all heads and layers, and what the full cache would have attended to.</summary>
    public (long Attended, long Full) Attention => _engine.Attention;

    /// <summary>Fills the cache with pseudo-random tokens in place of a prompt's: for measurements.</summary>
    public void FillCache(int tokens)
    {
        _engine.FillCache(tokens, new Kernels.AesKey(new byte[16]));
        _position = tokens;
    }

    /// <summary>Runs the prompt and returns the logits after its last token.</summary>
    public float[] Prompt(int[] tokens)
    {
        float[] logits = Step(tokens);
        _engine.EndPrompt(tokens.Length).AsTask().GetAwaiter().GetResult();
        return logits;
    }

    /// <summary>Runs generated tokens and returns the logits after the last.</summary>
    public float[] Step(int[] tokens)
    {
        float[]? logits = _transformer.Step(tokens, _position, wantLogits: true).AsTask().GetAwaiter().GetResult();
        _position += tokens.Length;
        return logits!;
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
}
