using System.Runtime.InteropServices;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>F (client), B (dealer), or sizes alone (cost engine): matrices at the places that <see cref="ModelLayout"/> gives.</summary>
public sealed class MaskedModelWeights : IModelWeights
{
    private readonly Dictionary<(int, LinearSite), MaskedMatrix> _matrices = [];

    /// <summary>Weights in memory from <paramref name="start"/> on; 0 for sizes alone.</summary>
    public MaskedModelWeights(ModelConfig config, FixedPointPlan plan, nint start)
    {
        var layout = new ModelLayout(config);
        foreach (((int layer, LinearSite site), ModelLayout.Entry entry) in layout.Matrices)
        {
            int frac = site == LinearSite.Output ? plan.OutputWeightFrac[0] : plan.Layers[layer].Fracs(site)[0];
            _matrices[(layer, site)] = new MaskedMatrix(start == 0 ? 0 : start + (nint)entry.Offset, entry.Rows, entry.Columns, frac);
        }

        Embedding = new EmbeddingTable(
            start == 0 ? 0 : start + (nint)layout.Embedding.Offset,
            config.Vocabulary,
            config.Width,
            plan.EmbeddingFrac);
    }

    /// <inheritdoc/>
    public IWeights Linear(int layer, LinearSite site) => _matrices[(layer, site)];

    /// <inheritdoc/>
    public IEmbeddingTable Embedding { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> Positions => default;
}
