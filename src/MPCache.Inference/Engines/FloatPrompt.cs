using MPCache.Cache;
using MPCache.Models;

namespace MPCache.Inference;

/// <summary>A prompt that has been run with the full cache: from here generations go on under any policy without running it again. Never changed by them.</summary>
public sealed class FloatPrompt
{
    private readonly ModelConfig _config;

    internal FloatPrompt(ModelConfig config, FloatRows[] keys, FloatRows[] values, FloatRows[] queries, float[] logits) =>
        (_config, KeyRows, ValueRows, QueryRows, Logits) = (config, keys, values, queries, logits);

    /// <summary>Tokens of the prompt.</summary>
    public int Tokens => KeyRows[0].Count;

    /// <summary>Logits after its last token.</summary>
    public ReadOnlyMemory<float> Logits { get; }

    internal FloatRows[] KeyRows { get; }

    internal FloatRows[] ValueRows { get; }

    internal FloatRows[] QueryRows { get; }

    /// <summary>Runs <paramref name="tokens"/>, the whole prompt.</summary>
    public static FloatPrompt Run(FloatWeights weights, int[] tokens)
    {
        var engine = new FloatEngine(weights, CachePolicy.Named("static"));
        float[] logits = new Transformer<float[]>(weights.Config, engine).Step(tokens, 0, wantLogits: true).AsTask().GetAwaiter().GetResult()!;
        return engine.Snapshot(logits);
    }

    /// <summary>The last queries of a layer, shape (heads, count, d), rotated, without the scale of attention.</summary>
    public HeadRows LastQueries(int layer, int count)
    {
        int heads = _config.Heads, d = _config.HeadDim;
        ReadOnlyMemory<float> last = QueryRows[layer].All[((QueryRows[layer].Count - count) * heads * d)..];
        return new HeadRows(last, heads, count, d, d, heads * d);
    }

    /// <summary>The keys of a layer, shape (key heads, tokens, d), rotated.</summary>
    public HeadRows Keys(int layer)
    {
        int heads = _config.KeyValueHeads, d = _config.HeadDim;
        return new HeadRows(KeyRows[layer].All, heads, KeyRows[layer].Count, d, d, heads * d);
    }
}
