using System.Security.Cryptography;
using System.Text.Json.Serialization;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;

namespace MPCache.Sessions;

/// <summary>Client to server.</summary>
/// <param name="Request">What it asks for.</param>
/// <param name="HasMaskedWeights">Whether it holds F for this model and mask.</param>
/// <param name="Packs">Names of unused packs that were dealt for the request; null where a dealer deals.</param>
public sealed record ClientHello(
    GenerationRequest Request,
    bool HasMaskedWeights,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Packs = null)
{
    internal void Check()
    {
        if (Packs?.Length > PackStore.MostOffered)
        {
            throw new ArgumentException($"more than {PackStore.MostOffered} packs are offered");
        }
    }
}
