using System.Security.Cryptography;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;

namespace MPCache.Sessions;

/// <summary>Client to server after each token, and to the dealer at the end.</summary>
/// <param name="More">Whether another token is wanted.</param>
public sealed record NextStep(bool More);
