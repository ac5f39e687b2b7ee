using System.Security.Cryptography;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;

namespace MPCache.Sessions;

/// <summary>Client to server.</summary>
/// <param name="Request">What it asks for.</param>
/// <param name="HasMaskedWeights">Whether it holds F for this model and mask.</param>
public sealed record ClientHello(GenerationRequest Request, bool HasMaskedWeights);
