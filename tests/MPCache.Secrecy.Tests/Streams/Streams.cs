using MPCache.Kernels;

namespace MPCache.Secrecy.Tests;

/// <summary>Streams of honest parties.</summary>
internal static class Streams
{
    /// <summary>A party's seed, as the product expands it.</summary>
    public static StreamOf Of(AesKey key) => (nonce, words) => Kernel.PrgFill(key, nonce, 0, words);

    /// <summary>The same with a seed of its own for each kind of stream.</summary>
    public static StreamOf Of(Func<StreamKind, AesKey> keys)
        => (nonce, words) => Kernel.PrgFill(keys(KindOf(nonce)), nonce, 0, words);

    /// <summary>The kind that stands in a nonce.</summary>
    public static StreamKind KindOf(ulong nonce) => (StreamKind)(nonce >> 56);

    /// <summary>The place that stands in a nonce: how many draws came before.</summary>
    public static int PlaceOf(ulong nonce) => (int)(nonce & 0xFFFF_FFFF);

    /// <summary>A seed for tests.</summary>
    public static AesKey Key(int seed, int purpose)
    {
        byte[] key = new byte[16];
        BitConverter.TryWriteBytes(key, seed);
        key[15] = (byte)purpose;
        return new AesKey(key);
    }
}
