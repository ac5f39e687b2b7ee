namespace MPCache.Protocols;

/// <summary>
/// Planes of few bits each, put one after the other without the gaps that whole words leave: what is opened and dealt is counted in words.
/// </summary>
internal static class FlatBits
{
    /// <summary>Copies n bits that begin a word to the bits from <paramref name="at"/> on, which are zero.</summary>
    public static void Put(Span<ulong> flat, long at, ReadOnlySpan<ulong> plane, int n)
    {
        int shift = (int)(at & 63), to = (int)(at >> 6);
        for (int i = 0; i * 64 < n; i++)
        {
            ulong word = plane[i] & Ones(n - (64 * i));
            flat[to + i] |= word << shift;
            if (shift > 0 && (to + i + 1) < flat.Length)
            {
                flat[to + i + 1] |= word >> (64 - shift);
            }
        }
    }

    /// <summary>Exclusive-ors n bits from <paramref name="at"/> on into a plane that begins a word.</summary>
    public static void XorTo(Span<ulong> plane, ReadOnlySpan<ulong> flat, long at, int n)
    {
        int shift = (int)(at & 63), from = (int)(at >> 6);
        for (int i = 0; i * 64 < n; i++)
        {
            ulong word = flat[from + i] >> shift;
            if (shift > 0 && (from + i + 1) < flat.Length)
            {
                word |= flat[from + i + 1] << (64 - shift);
            }

            plane[i] ^= word & Ones(n - (64 * i));
        }
    }

    private static ulong Ones(int bits) => bits >= 64 ? ~0ul : (1ul << bits) - 1;
}
