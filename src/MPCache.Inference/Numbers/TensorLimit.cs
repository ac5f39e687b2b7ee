using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>What a tensor of a layer may reach.</summary>
/// <param name="Tensor">Its name, as <see cref="TensorObserver"/> has it.</param>
/// <param name="Layer">Its layer; the number of layers for what follows the last.</param>
/// <param name="Least">No magnitude may be smaller; 0 where that does no harm.</param>
/// <param name="Most">No magnitude may be larger.</param>
/// <param name="Room">Bits that calibration leaves between the largest magnitude that it sees and <paramref name="Most"/>, at
/// least.</param>
public readonly record struct TensorLimit(string Tensor, int Layer, double Least, double Most, double Room);
