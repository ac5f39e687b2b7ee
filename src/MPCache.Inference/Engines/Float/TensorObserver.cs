using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>What a calibration run sees: each tensor's name, its layer and its values.</summary>
public delegate void TensorObserver(string tensor, int layer, ReadOnlySpan<float> values);
