using MPCache.Models;

namespace MPCache.Inference;

/// <summary>Largest magnitudes of a model's weights, with what is folded into them: one for each part of each matrix.</summary>
internal sealed class WeightExtents
{
    private readonly Dictionary<(int Layer, LinearSite Site), double[]> _largest = [];

    /// <summary>Of the embedding table.</summary>
    public required double Embedding { get; init; }

    /// <summary>Of a matrix's parts.</summary>
    public double[] this[int layer, LinearSite site]
    {
        get => _largest[(layer, site)];
        set => _largest[(layer, site)] = value;
    }

    /// <summary>Reads all of a model, a layer at a time.</summary>
    public static WeightExtents Of(ModelFile model)
    {
        var folded = new FoldedWeights(model);
        ModelConfig config = model.Config;
        var extents = new WeightExtents { Embedding = model.Read(TensorRole.TokenEmbedding).Max(MathF.Abs) * config.EmbeddingScale };
        void Add(int layer, LinearSite site) =>
            extents[layer, site] = [.. folded.Read(layer, site, FoldedWeights.UnitNormFactor(config, site))
                .Select(part => (double)part.Values.Max(MathF.Abs))];

        for (int l = 0; l < config.Layers; l++)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true); // a layer's matrices were copied to be folded
            foreach (LinearSite site in ModelLayout.SitesOf(config))
            {
                Add(l, site);
            }
        }

        Add(config.Layers, LinearSite.Output);
        return extents;
    }
}
