using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>The model's matrices as one role holds them.</summary>
public interface IModelWeights
{
    /// <summary>A matrix.</summary>
    IWeights Linear(int layer, LinearSite site);

    /// <summary>The embedding table.</summary>
    IEmbeddingTable Embedding { get; }

    /// <summary>
    /// Learnt positions (context x width) at the residual's scale, at the server and in the clear; empty elsewhere or where there are none.
    /// </summary>
    ReadOnlySpan<ulong> Positions { get; }
}
