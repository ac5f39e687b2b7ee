using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MPCache.Kernels;

/// <summary>
/// Unit vectors. Positions come as r (secret: every word is touched) or d (public: it may be an address). Below m = 6 a vector is
/// part of a word; from there on it is 2^m / 64 words, and a turn by d is a window into two copies laid end to end.
/// </summary>
internal static unsafe class ManagedUnits
{
    /// <summary>Words of the longest vector, m = 12.</summary>
    private const int MostWords = 64;

    public static void UnitXor(byte* o, ulong* r, int m, long n)
    {
        ulong mask = (1ul << m) - 1;
        int bytes = 1 << (m - 3), words = bytes / 8;
        for (long i = 0; i < n; i++, o += bytes)
        {
            ulong position = r[i] & mask, bit = 1ul << (int)(position & 63), word = position >> 6;
            if (words == 0)
            {
                WriteSmall(o, m, ReadSmall(o, m) ^ bit);
                continue;
            }

            ulong* e = (ulong*)o;
            int j = 0;
            for (; Vector512.IsHardwareAccelerated && j <= words - 8; j += 8)
            {
                Vector512<ulong> here = Vector512.Equals(Vector512<ulong>.Indices + Vector512.Create((ulong)j), Vector512.Create(word));
                (Vector512.Load(e + j) ^ (here & Vector512.Create(bit))).Store(e + j);
            }

            for (; j < words; j++)
            {
                ulong apart = (ulong)j ^ word;
                e[j] ^= bit & (((apart | (0 - apart)) >> 63) - 1);
            }
        }
    }

    public static void UnitLookup(ulong* planesOut, byte* e, ulong* d, byte* table, int planes, int m, long n)
    {
        long planeWords = (n + 63) / 64;
        new Span<ulong>(planesOut, checked((int)(planes * planeWords))).Clear();
        ulong mask = (1ul << m) - 1;
        int bytes = 1 << (m - 3), words = bytes / 8;
        ulong* doubled = stackalloc ulong[(2 * MostWords) + 1];
        for (int p = 0; p < planes; p++)
        {
            byte* plane = table + ((long)p * bytes);
            ulong small = words == 0 ? ReadSmall(plane, m) : 0;
            if (words != 0)
            {
                Double(doubled, (ulong*)plane, words);
            }

            ulong* to = planesOut + (p * planeWords);
            for (long i = 0; i < n; i++)
            {
                // e[w] meets table[w + d].
                ulong at = d[i] & mask;
                ulong sum = words == 0
                    ? ReadSmall(e + (i * bytes), m) & Turn(small, (0 - at) & mask, m)
                    : AndWindow((ulong*)(e + (i * bytes)), doubled, at, words);
                to[i >> 6] |= (ulong)(BitOperations.PopCount(sum) & 1) << (int)(i & 63);
            }
        }
    }

    public static void UnitParities(byte* o, byte* e, ulong* d, uint* groups, int m, long n)
    {
        ulong mask = (1ul << m) - 1;
        int bytes = 1 << (m - 3), words = bytes / 8;
        ulong* doubled = stackalloc ulong[(2 * MostWords) + 1];
        ulong* turned = stackalloc ulong[MostWords];
        for (long i = 0; i < n; i++, e += bytes)
        {
            ulong at = d[i] & mask;
            ulong small = words == 0 ? Turn(ReadSmall(e, m), at, m) : 0;
            if (words != 0)
            {
                // onehot[v] = e[v - d]: a window that begins at 2^m - d.
                Double(doubled, (ulong*)e, words);
                ulong begin = (0 - at) & mask;
                for (int j = 0; j < words; j++)
                {
                    turned[j] = Window(doubled, begin, j);
                }
            }

            // Groups are public: those without this element are passed over.
            for (uint left = groups[i]; left != 0; left &= left - 1)
            {
                byte* to = o + ((long)BitOperations.TrailingZeroCount(left) * bytes);
                if (words == 0)
                {
                    WriteSmall(to, m, ReadSmall(to, m) ^ small);
                }
                else
                {
                    XorInto((ulong*)to, turned, words);
                }
            }
        }
    }

    public static void DigitsCompare(ulong* greater, ulong* equal, byte* e, ulong* d, int digits, int m, long n)
    {
        long planeWords = (n + 63) / 64;
        int clear = checked((int)(digits * planeWords));
        new Span<ulong>(greater, clear).Clear();
        new Span<ulong>(equal, clear).Clear();
        ulong mask = (1ul << m) - 1;
        int bytes = 1 << (m - 3), words = bytes / 8;
        for (long i = 0; i < n; i++)
        {
            for (int j = 0; j < digits; j++, e += bytes)
            {
                // The digit c is public: everything above it is summed, from its own place on.
                ulong c = (~d[i] >> (m * j)) & mask;
                int word = (int)(c >> 6);
                ulong from = (words == 0 ? ReadSmall(e, m) : Unsafe.ReadUnaligned<ulong>(e + (8 * word))) >> (int)(c & 63);
                ulong sum = from >> 1;
                for (int t = word + 1; t < words; t++)
                {
                    sum ^= Unsafe.ReadUnaligned<ulong>(e + (8 * t));
                }

                long at = (j * planeWords) + (i >> 6);
                int bit = (int)(i & 63);
                greater[at] |= (ulong)(BitOperations.PopCount(sum) & 1) << bit;
                equal[at] |= (from & 1) << bit;
            }
        }
    }

    private static ulong ReadSmall(byte* e, int m) => m switch
    {
        3 => *e,
        4 => Unsafe.ReadUnaligned<ushort>(e),
        5 => Unsafe.ReadUnaligned<uint>(e),
        _ => Unsafe.ReadUnaligned<ulong>(e),
    };

    private static void WriteSmall(byte* e, int m, ulong value)
    {
        switch (m)
        {
            case 3: *e = (byte)value; break;
            case 4: Unsafe.WriteUnaligned(e, (ushort)value); break;
            case 5: Unsafe.WriteUnaligned(e, (uint)value); break;
            default: Unsafe.WriteUnaligned(e, value); break;
        }
    }

    /// <summary>The low 2^m bits (m below 6) turned left by d.</summary>
    private static ulong Turn(ulong vector, ulong d, int m)
    {
        int size = 1 << m;
        return ((vector << (int)d) | (vector >> (size - (int)d))) & ((1ul << size) - 1);
    }

    /// <summary>Two copies end to end, and one word more for the last window.</summary>
    private static void Double(ulong* to, ulong* from, int words)
    {
        for (int j = 0; j < words; j++)
        {
            to[j] = to[words + j] = from[j];
        }

        to[2 * words] = from[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Window(ulong* doubled, ulong begin, int j)
    {
        ulong* at = doubled + (begin >> 6) + j;
        int shift = (int)(begin & 63);

        // Two shifts, since one by 64 would be one by 0.
        return (at[0] >> shift) | ((at[1] << 1) << (63 - shift));
    }

    private static ulong AndWindow(ulong* e, ulong* doubled, ulong begin, int words)
    {
        ulong sum = 0;
        for (int j = 0; j < words; j++)
        {
            sum ^= e[j] & Window(doubled, begin, j);
        }

        return sum;
    }

    private static void XorInto(ulong* to, ulong* from, int words)
    {
        int j = 0;
        for (; Vector512.IsHardwareAccelerated && j <= words - 8; j += 8)
        {
            (Vector512.Load(to + j) ^ Vector512.Load(from + j)).Store(to + j);
        }

        for (; j < words; j++)
        {
            to[j] ^= from[j];
        }
    }
}
