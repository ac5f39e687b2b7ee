using System.Security.Cryptography;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;

namespace MPCache.Sessions;

/// <summary>Server to dealer.</summary>
/// <param name="Model">What it told the client.</param>
/// <param name="MaskSeed">The seed of B, 16 bytes; see <see cref="WeightMaskSeed"/>.</param>
/// <param name="Commitment">See <see cref="Conversation.Commitment"/>.</param>
public sealed record DealerModel(PublicModel Model, byte[] MaskSeed, string Commitment)
{
    internal void Check()
    {
        Model.Check();
        if (MaskSeed.Length != 16)
        {
            throw new ArgumentException("the seed of B has 16 bytes");
        }
    }

    /// <summary>Not the seed: a record's own text would hold it.</summary>
    public override string ToString() => nameof(DealerModel);
}
