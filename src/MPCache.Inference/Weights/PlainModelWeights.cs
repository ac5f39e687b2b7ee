using System.Runtime.InteropServices;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>The weights themselves, in 16-bit integers: what the server holds, and the clear fixed-point engine.</summary>
public sealed unsafe class PlainModelWeights : IModelWeights, IDisposable
{
    private readonly Dictionary<(int, LinearSite), QuantisedMatrix> _matrices = [];
    private readonly ulong[] _positions = [];
    private nint _embedding;

    /// <summary>Quantises a model by its plan.</summary>
    public PlainModelWeights(ModelFile model, FixedPointPlan plan)
    {
        var folded = new FoldedWeights(model);
        ModelConfig config = model.Config;
        for (int l = 0; l < config.Layers; l++)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true); // keep no more than one layer in single precision
            foreach (LinearSite site in ModelLayout.SitesOf(config))
            {
                _matrices[(l, site)] = new(folded.Read(l, site, FoldedWeights.UnitNormFactor(config, site)), plan.Layers[l].Fracs(site));
            }
        }

        _matrices[(config.Layers, LinearSite.Output)] =
            new(
                folded.Read(config.Layers, LinearSite.Output, FoldedWeights.UnitNormFactor(config, LinearSite.Output)),
                plan.OutputWeightFrac);
        float[] table = model.Read(TensorRole.TokenEmbedding);
        _embedding = (nint)NativeMemory.AlignedAlloc((nuint)table.Length * 2, 64);
        var values = new Span<short>((void*)_embedding, table.Length);
        for (int i = 0; i < table.Length; i++)
        {
            values[i] = (short)Math.Clamp(
                Math.Round(Math.ScaleB((double)table[i] * config.EmbeddingScale, plan.EmbeddingFrac)),
                -16383,
                16383);
        }

        Embedding = new EmbeddingTable(_embedding, config.Vocabulary, config.Width, plan.EmbeddingFrac);
        if (model.Has(TensorRole.PositionEmbedding))
        {
            _positions = [.. model.Read(TensorRole.PositionEmbedding)
                .Select(p => (ulong)(long)Math.Round(Math.ScaleB((double)p, Formats.ResidualFrac)))];
        }
    }

    /// <inheritdoc/>
    public IWeights Linear(int layer, LinearSite site) => _matrices[(layer, site)];

    /// <inheritdoc/>
    public IEmbeddingTable Embedding { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> Positions => _positions;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree((void*)_embedding);
        _embedding = 0;
    }
}
