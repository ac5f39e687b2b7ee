using MPCache.Kernels;

namespace MPCache.Inference;

/// <summary>Public pseudo-random keys and values for measurements over a filled cache, the same in every engine.</summary>
internal static class CacheNoise
{
    /// <summary>Tokens that are drawn together.</summary>
    public const int Piece = 256;

    /// <summary>
    /// Fixed-point numbers uniform in [-1, 1), cut to <paramref name="frac"/> bits: kv heads x tokens x head dim, tokens from <paramref
    /// name="at"/> on.
    /// </summary>
    public static void Fill(Span<ulong> words, AesKey coins, int layer, int at, bool values, int frac)
    {
        Kernel.PrgFill(coins, (1ul << 63) | ((ulong)layer << 40) | ((ulong)at << 1) | (values ? 1u : 0u), 0, words);
        foreach (ref ulong word in words)
        {
            word = (word >> (63 - frac)) - (1ul << frac);
        }
    }
}
