using System.Numerics;

namespace MPCache.Protocols;

/// <summary>
/// Rows in an order that only its owner may know, moved such that neither a branch nor an address depends on that order: by Batcher's
/// merge exchange (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M), which compares and exchanges pairs of places that depend
/// on their number alone. A pair is exchanged by masks.
/// </summary>
/// <remarks>About n log2(n)^2 / 4 exchanges for n rows: each writes both rows, whether they change places or not.</remarks>
internal static class ObliviousRows
{
    /// <summary>
    /// For each block of <paramref name="block"/> keys, the places of its keys in rising order. Keys are random: of their 64 bits the
    /// highest 63 are compared.
    /// </summary>
    public static uint[] OrderOf(ReadOnlySpan<ulong> keys, int block)
    {
        ulong[] sorted = keys.ToArray(), places = new ulong[keys.Length];
        for (int i = 0; i < places.Length; i++)
        {
            sorted[i] >>= 1;
            places[i] = (ulong)i;
        }

        Sort(sorted, places, block, 1);
        return Array.ConvertAll(places, place => (uint)place);
    }

    /// <summary>The order that undoes another.</summary>
    public static uint[] Inverse(ReadOnlySpan<uint> order, int block)
    {
        ulong[] keys = new ulong[order.Length], places = new ulong[order.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            (keys[i], places[i]) = (order[i], (ulong)i);
        }

        Sort(keys, places, block, 1);
        return Array.ConvertAll(places, place => (uint)place);
    }

    /// <summary>Row i of the result is row order[i] of <paramref name="from"/>; each block keeps its rows.</summary>
    public static void Permute(Span<ulong> to, ReadOnlySpan<ulong> from, ReadOnlySpan<uint> order, int block, int rowWords)
    {
        ulong[] targets = Array.ConvertAll(Inverse(order, block), place => (ulong)place);
        from.CopyTo(to);
        Sort(targets, to, block, rowWords);
    }

    /// <summary>Sorts each block's rows by its keys, which are below 2^63.</summary>
    private static void Sort(Span<ulong> keys, Span<ulong> rows, int block, int rowWords)
    {
        for (int at = 0; at < keys.Length; at += block)
        {
            SortBlock(keys.Slice(at, block), rows.Slice(at * rowWords, block * rowWords), rowWords);
        }
    }

    private static void SortBlock(Span<ulong> keys, Span<ulong> rows, int rowWords)
    {
        int n = keys.Length, half = (int)BitOperations.RoundUpToPowerOf2((uint)n) / 2;
        for (int p = half; p > 0; p /= 2)
        {
            int q = half, r = 0, d = p;
            for (bool more = true; more; (d, q, r) = (q - p, q / 2, p))
            {
                for (int i = 0; i < n - d; i++)
                {
                    if ((i & p) == r)
                    {
                        ulong mask = 0 - ((keys[i + d] - keys[i]) >> 63); // all ones where the later key is the smaller
                        Exchange(keys.Slice(i, 1), keys.Slice(i + d, 1), mask);
                        Exchange(rows.Slice(i * rowWords, rowWords), rows.Slice((i + d) * rowWords, rowWords), mask);
                    }
                }

                more = q != p;
            }
        }
    }

    private static void Exchange(Span<ulong> a, Span<ulong> b, ulong mask)
    {
        int i = 0, width = Vector<ulong>.Count;
        var masks = new Vector<ulong>(mask);
        for (; i <= a.Length - width; i += width)
        {
            Vector<ulong> x = new(a[i..]), y = new(b[i..]), change = (x ^ y) & masks;
            (x ^ change).CopyTo(a[i..]);
            (y ^ change).CopyTo(b[i..]);
        }

        for (; i < a.Length; i++)
        {
            ulong change = (a[i] ^ b[i]) & mask;
            a[i] ^= change;
            b[i] ^= change;
        }
    }
}
