namespace MPCache.Inference;

/// <summary>Generation in single precision.</summary>
public sealed class FloatProgram(FloatWeights weights, TensorObserver? observe = null)
{
    private readonly Transformer<float[]> _transformer = new(weights.Config, new FloatEngine(weights, observe));
    private int _position;

    /// <summary>Runs tokens and returns the logits after the last.</summary>
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
