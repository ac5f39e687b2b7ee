using MPCache.Cache;

namespace MPCache.Inference;

/// <summary>
/// A prompt that has been run with the full cache: from here generations go on under any policy without running it again. Never changed by
/// them.
/// </summary>
public sealed class FloatPrompt
{
    private readonly CacheShape _shape;

    internal FloatPrompt(
        CacheShape shape,
        IReadOnlyList<LayerCache<float[]>> caches,
        IReadOnlyList<StoredRows<Factor<float[]>>> queries,
        float[] logits) =>
        (_shape, Caches, Queries, Logits) = (shape, caches, queries, logits);

    /// <summary>Tokens of the prompt.</summary>
    public int Tokens => _shape.Prompt;

    /// <summary>Logits after its last token.</summary>
    public ReadOnlyMemory<float> Logits { get; }

    /// <summary>Keys and values of the layers.</summary>
    public IReadOnlyList<LayerCache<float[]>> Caches { get; }

    /// <summary>Queries of the layers: heads x tokens x head dim, rotated, with the scale of scores.</summary>
    public IReadOnlyList<StoredRows<Factor<float[]>>> Queries { get; }

    /// <summary>Runs <paramref name="tokens"/>, the whole prompt.</summary>
    public static FloatPrompt Run(FloatWeights weights, int[] tokens) => FloatProgram.Run(weights, tokens);

    /// <summary>For each layer and key head the places in the prompt that a policy keeps.</summary>
    public int[][][] Kept(CachePolicy policy)
    {
        var trial = new PolicyTrial(policy, _shape);
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            trial.Prompt(layer, Queries[layer].Read(0, Tokens).Value, Caches[layer].Keys.Read(0, Tokens).Value);
        }

        return trial.EndPrompt();
    }
}
