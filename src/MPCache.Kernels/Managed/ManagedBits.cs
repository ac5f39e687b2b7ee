using System.Runtime.Intrinsics;

namespace MPCache.Kernels;

/// <summary>Packed bits.</summary>
internal static unsafe class ManagedBits
{
    public static void ExtractBit(ulong* o, ulong* a, int bit, long n)
    {
        for (long at = 0; at < n; at += 64, o++, a += 64)
        {
            int count = (int)Math.Min(64, n - at);
            ulong packed = 0;
            int i = 0;
            for (; Vector512.IsHardwareAccelerated && i <= count - 8; i += 8)
            {
                // The bit wanted becomes the sign, and the signs are gathered.
                packed |= (Vector512.Load(a + i) << (63 - bit)).ExtractMostSignificantBits() << i;
            }

            for (; i < count; i++)
            {
                packed |= ((a[i] >> bit) & 1) << i;
            }

            *o = packed;
        }
    }

    public static void ExpandBits(ulong* o, ulong* bits, long n)
    {
        for (long at = 0; at < n; at += 64, o += 64, bits++)
        {
            ulong packed = *bits;
            int count = (int)Math.Min(64, n - at);
            for (int i = 0; i < count; i++)
            {
                o[i] = (packed >> i) & 1;
            }
        }
    }

    public static void PermuteRows(ulong* o, ulong* a, uint* index, long rowsOut, long rowsIn, long rowWords)
    {
        _ = rowsIn;
        for (long i = 0; i < rowsOut; i++)
        {
            Buffer.MemoryCopy(a + (index[i] * rowWords), o + (i * rowWords), rowWords * 8, rowWords * 8);
        }
    }
}
