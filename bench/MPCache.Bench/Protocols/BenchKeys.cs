using MPCache.Kernels;
using MPCache.Protocols;

namespace MPCache.Bench;

/// <summary>Fixed seeds: a benchmark has no secret, and every role must find the same.</summary>
internal static class BenchKeys
{
    public static AesKey Of(byte purpose)
    {
        byte[] key = new byte[16];
        key[15] = purpose;
        return new AesKey(key);
    }
}
