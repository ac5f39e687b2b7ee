using System.Runtime.CompilerServices;
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

    public static void TransposeBits(ulong* o, ulong* a, long rows, long columns)
    {
        long inWords = (columns + 63) / 64, outWords = (rows + 63) / 64;
        ulong* block = stackalloc ulong[64];
        for (long r = 0; r < outWords; r++)
        {
            int height = (int)Math.Min(64, rows - (64 * r));
            for (long c = 0; c < inWords; c++)
            {
                int width = (int)Math.Min(64, columns - (64 * c));
                for (int i = 0; i < 64; i++)
                {
                    block[i] = i < height ? a[(((64 * r) + i) * inWords) + c] : 0;
                }

                Transpose64(block);
                for (int i = 0; i < width; i++)
                {
                    o[(((64 * c) + i) * outWords) + r] = block[i];
                }
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

    /// <summary>A square of 64 x 64 bits: halves change places, then quarters within them, down to single bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose64(ulong* rows)
    {
        ulong mask = 0x00000000ffffffff;
        for (int distance = 32; distance != 0; distance >>= 1, mask ^= mask << distance)
        {
            for (int i = 0; i < 64; i = (i + distance + 1) & ~distance)
            {
                ulong swap = ((rows[i] >> distance) ^ rows[i + distance]) & mask;
                rows[i] ^= swap << distance;
                rows[i + distance] ^= swap;
            }
        }
    }
}
