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
            new(folded.Read(config.Layers, LinearSite.Output, FoldedWeights.UnitNormFactor(config, LinearSite.Output)), plan.OutputWeightFrac);
        float[] table = model.Read(TensorRole.TokenEmbedding);
        _embedding = (nint)NativeMemory.AlignedAlloc((nuint)table.Length * 2, 64);
        var values = new Span<short>((void*)_embedding, table.Length);
        for (int i = 0; i < table.Length; i++)
        {
            values[i] = (short)Math.Clamp(Math.Round(Math.ScaleB((double)table[i] * config.EmbeddingScale, plan.EmbeddingFrac)), -16383, 16383);
        }

        Embedding = new EmbeddingTable(_embedding, config.Vocabulary, config.Width, plan.EmbeddingFrac);
        if (model.Has(TensorRole.PositionEmbedding))
        {
            _positions = [.. model.Read(TensorRole.PositionEmbedding).Select(p => (ulong)(long)Math.Round(Math.ScaleB((double)p, Formats.ResidualFrac)))];
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

        Embedding = new EmbeddingTable(start == 0 ? 0 : start + (nint)layout.Embedding.Offset, config.Vocabulary, config.Width, plan.EmbeddingFrac);
    }

    /// <inheritdoc/>
    public IWeights Linear(int layer, LinearSite site) => _matrices[(layer, site)];

    /// <inheritdoc/>
    public IEmbeddingTable Embedding { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> Positions => default;
}

/// <summary>The mask B of a model, expanded from its seed into memory: the dealer's.</summary>
public sealed unsafe class WeightMask : IDisposable
{
    /// <summary>Expands the mask of a model of these sizes.</summary>
    public WeightMask(ModelConfig config, AesKey seed)
    {
        var layout = new ModelLayout(config);
        Start = (nint)NativeMemory.AlignedAlloc((nuint)layout.Bytes, 64);
        foreach ((_, ModelLayout.Entry entry) in layout.Matrices)
        {
            Kernel.PrgFill(seed, entry.Nonce, 0, new Span<ulong>((void*)(Start + (nint)entry.Offset), checked((int)entry.Count)));
        }

        Kernel.PrgFill(seed, layout.Embedding.Nonce, 0, new Span<ulong>((void*)(Start + (nint)layout.Embedding.Offset), checked((int)((layout.Embedding.Count + 3) / 4))));
    }

    /// <summary>Address of the first matrix.</summary>
    public nint Start { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree((void*)Start);
        Start = 0;
    }
}
