using System.Security.Cryptography;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;

namespace MPCache.Sessions;

/// <summary>Dealer to a party. Bytes, not text, so that they can be wiped.</summary>
/// <param name="Seed">The party's seed, 16 bytes.</param>
/// <param name="Coins">The session's public coins, 16 bytes.</param>
public sealed record PartySeed(byte[] Seed, byte[] Coins)
{
    internal void Check()
    {
        if (Seed.Length != 16 || Coins.Length != 16)
        {
            throw new ArgumentException("seed and coins have 16 bytes each");
        }
    }

    /// <summary>The two keys that they stand for; the seed itself is wiped.</summary>
    internal SessionKeys TakeKeys()
    {
        var keys = new SessionKeys(new AesKey(Seed), new AesKey(Coins));
        CryptographicOperations.ZeroMemory(Seed);
        return keys;
    }

    /// <summary>Not the seed: a record's own text would hold it.</summary>
    public override string ToString() => nameof(PartySeed);
}
