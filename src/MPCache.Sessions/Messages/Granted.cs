using System.Security.Cryptography;
using System.Text.Json.Serialization;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;

namespace MPCache.Sessions;

/// <summary>Server to client: the request is granted.</summary>
/// <param name="Pack">Which of the client's packs is used; null where a dealer deals.</param>
public sealed record Granted([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Pack = null);
