using System.Security.Cryptography;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;

namespace MPCache.Sessions;

/// <summary>Client to dealer.</summary>
/// <param name="Request">What it asks for.</param>
/// <param name="Commitment">See <see cref="Conversation.Commitment"/>.</param>
public sealed record DealerRequest(GenerationRequest Request, string Commitment);
