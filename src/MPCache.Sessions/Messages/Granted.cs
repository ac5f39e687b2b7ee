using System.Security.Cryptography;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;

namespace MPCache.Sessions;

/// <summary>Server to client: the request is granted.</summary>
public sealed record Granted;
