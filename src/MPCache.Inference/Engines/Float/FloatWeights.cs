using MPCache.Models;

namespace MPCache.Inference;

/// <summary>A model in single precision, read once and shared by all runs.</summary>
public sealed class FloatWeights
{
    private readonly Dictionary<(int Layer, LinearSite Site), FoldedMatrix> _matrices = [];

    /// <summary>Reads all of <paramref name="model"/>.</summary>
    public FloatWeights(ModelFile model)
    {
        Config = model.Config;
        var folded = new FoldedWeights(model);
        for (int layer = 0; layer < Config.Layers; layer++)
        {
            foreach (LinearSite site in ModelLayout.SitesOf(Config))
            {
                _matrices[(layer, site)] = Stack(folded.Read(layer, site, 1));
            }
        }

        _matrices[(Config.Layers, LinearSite.Output)] = Stack(folded.Read(Config.Layers, LinearSite.Output, 1));
        Embedding = model.Read(TensorRole.TokenEmbedding);
        if (Config.EmbeddingScale != 1)
        {
            Embedding = Array.ConvertAll(Embedding, v => v * Config.EmbeddingScale);
        }

        Positions = model.Has(TensorRole.PositionEmbedding) ? model.Read(TensorRole.PositionEmbedding) : null;
    }

    /// <summary>Layers alone, without embedding and output: for measurements.</summary>
    public FloatWeights(ModelConfig config, Func<int, LinearSite, FoldedMatrix> matrices)
    {
        Config = config;
        Embedding = [];
        for (int layer = 0; layer < Config.Layers; layer++)
        {
            foreach (LinearSite site in ModelLayout.SitesOf(Config))
            {
                _matrices[(layer, site)] = matrices(layer, site);
            }
        }
    }

    /// <summary>Sizes.</summary>
    public ModelConfig Config { get; }

    /// <summary>Vocabulary x width, scaled as the model does.</summary>
    public float[] Embedding { get; }

    /// <summary>Context x width, or null.</summary>
    public float[]? Positions { get; }

    /// <summary>A site's matrix, its parts stacked.</summary>
    public FoldedMatrix this[int layer, LinearSite site] => _matrices[(layer, site)];

    private static FoldedMatrix Stack(IReadOnlyList<FoldedMatrix> parts) => parts.Count == 1
        ? parts[0]
        : new FoldedMatrix(Concatenate(parts.Select(p => p.Values)),
            parts.All(p => p.Bias is null)
                ? null
                : Concatenate(parts.Select(p => p.Bias ?? new float[p.Rows])), parts.Sum(p => p.Rows), parts[0].Columns);

    private static float[] Concatenate(IEnumerable<float[]> parts)
    {
        float[][] all = [.. parts];
        float[] whole = new float[all.Sum(p => p.Length)];
        int at = 0;
        foreach (float[] part in all)
        {
            part.CopyTo(whole, at);
            at += part.Length;
        }

        return whole;
    }
}
