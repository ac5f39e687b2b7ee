using System.Runtime.InteropServices;

namespace MPCache.Protocols;

/// <summary>
/// An upper bound of each row's maximum, within four, for softmax: four rounds whatever the row's length, no comparison.
/// </summary>
/// <remarks>
/// Softmax does not change when all scores move together, so it needs no exact maximum. Each score, cut to units of two, is
/// opened under a mask, which gives its shared unit vector. "Some score of the row is at least v" is an OR over the row; it is had from 32
/// XORs over random public subsets of the row, each of which is one with probability 1/2 when any score qualifies: all miss it with
/// probability 2^-32. XORs are local, so only 32 bits a row and threshold, not an element, enter ANDs. Summing the thresholds' bits gives
/// the bound.
///
/// The lowest threshold, which every score reaches, says nothing. In its place stands "some score lies in an outermost eighth of the ring",
/// which the same ANDs give for
/// nothing: it goes to <see cref="RangeCheck"/>. Scores have wrapped round, and the largest become the smallest, when they are beyond the
/// ring; up to a quarter beyond
/// it they come back into the eighth at the other end. So the bit tells of all scores from 3/4 to 5/4 of what the ring holds, and at random
/// within a unit of two below.
/// </remarks>
public static class Maximum
{
    /// <summary>Bits to which scores are cut: all that is left above units of two.</summary>
    public static int Bits(Secret scores) => scores.Ring - scores.Frac - 1;

    private const int Groups = 32;

    /// <summary>
    /// For scores (rows x columns) in [-2^(ring-1), 2^(ring-1)) except the last unit at either end, returns M per row, in the scores' ring,
    /// with
    /// max &lt;= M &lt;= max + 4. Row r counts its first <paramref name="valid"/>[r] columns. With b bits above units of two (6 to 12):
    /// online each way ceil(b/8) bytes an element and 42 x 2^b bits a row; dealt 2^b bits an element and 177 x 2^b bits a row.
    /// </summary>
    public static async ValueTask<Secret> UpperBound(this Mpc mpc, Secret scores, int rows, int[] valid)
    {
        int n = scores.Length, columns = n / rows, bits = Bits(scores), cut = scores.Ring - bits;
        UnitMask unit = mpc.DealUnit(n, 0, bits);
        Words coarse = mpc.Take(n);
        if (mpc.Computes)
        {
            Kernel.Shift(coarse.Span, scores.Words.Span, mpc.AddsPublic << (scores.Ring - 1), scores.Ring, cut, n);
        }

        Words d = await mpc.OpenUnder(coarse, unit.R, bits);

        int positions = 1 << bits, vectorWords = positions / 64, plane = rows * vectorWords;
        Words planes = mpc.Zeros(Groups * plane);
        ulong nonce = mpc.CoinsDrawn++;
        if (mpc.Computes)
        {
            Words coins = mpc.Take((n + 1) / 2);
            Kernel.PrgFill(mpc.Coins, nonce, 0, coins.Span);
            Span<uint> groups = MemoryMarshal.Cast<ulong, uint>(coins.Span);
            Words parities = mpc.Take(Groups * vectorWords);
            for (int r = 0; r < rows; r++)
            {
                int at = r * columns, count = Math.Min(columns, valid[r]);
                parities.Span.Clear();
                Kernel.UnitParities(
                    parities.Bytes,
                    unit.E.Bytes[(at * vectorWords * 8)..],
                    d.Span.Slice(at, count),
                    groups.Slice(at, count),
                    bits,
                    count);
                for (int g = 0; g < Groups; g++)
                {
                    Span<ulong> atLeast = planes.Span.Slice((g * plane) + (r * vectorWords), vectorWords);
                    SuffixXor(parities.Span.Slice(g * vectorWords, vectorWords), atLeast);
                    ulong outermost = Bit(atLeast, (positions / 8 * 7) - 1) ^ Bit(atLeast, positions / 8) ^ Bit(atLeast, 0);
                    atLeast[0] = (atLeast[0] & ~1ul) | outermost;
                }
            }

            mpc.Flip(planes);
        }

        Words halves = await mpc.And(await mpc.And(planes, 4, Groups / 4 * plane), 4, 2 * plane);
        ValueTask watching = Watch(mpc, halves, rows, vectorWords);

        // The last ANDs' products are dealt as words, modulo what the bound's units take of the ring: no round turns bits into words. The
        // bits at 1 and above, summed in units of 2^cut, are the bound.
        Words ones = await mpc.AndAsWords(halves, rows * positions, bits);
        await watching;
        Words bound = mpc.Take(rows);
        for (int r = 0; mpc.Computes && r < rows; r++)
        {
            ulong sum = (ulong)(positions + 1) * mpc.AddsPublic; // the positions and two more: the cut and its carry
            foreach (ulong none in ones.Span.Slice((r * positions) + 1, positions - 1))
            {
                sum -= none;
            }

            bound.Span[r] = (sum << cut) - (mpc.AddsPublic << (scores.Ring - 1));
        }

        return new Secret(bound, scores.Ring, scores.Frac);
    }

    /// <summary>Tells of rows with a score in an outermost eighth of the ring: the bits at the lowest positions.</summary>
    private static async ValueTask Watch(Mpc mpc, Words halves, int rows, int vectorWords)
    {
        int plane = Words.ForBits(rows);
        Words lowest = mpc.Zeros(2 * plane);
        for (int i = 0; mpc.Computes && i < 2 * rows; i++)
        {
            lowest.Span[(i / rows * plane) + (i % rows / 64)] |= (halves.Span[i * vectorWords] & 1) << (i % rows % 64);
        }

        Words flags = await mpc.And(lowest, 2, plane);
        if (mpc.Computes)
        {
            mpc.Flip(flags);
        }

        mpc.Ranges.Add(flags, rows);
    }

    private static ulong Bit(ReadOnlySpan<ulong> bits, int at) => (bits[at / 64] >> (at % 64)) & 1;

    /// <summary>From parities of "is v" to parities of "is at least v": bit v becomes the XOR of the bits from v on.</summary>
    private static void SuffixXor(ReadOnlySpan<ulong> from, Span<ulong> to)
    {
        ulong above = 0;
        for (int w = from.Length - 1; w >= 0; w--)
        {
            ulong x = from[w];
            x ^= x >> 1;
            x ^= x >> 2;
            x ^= x >> 4;
            x ^= x >> 8;
            x ^= x >> 16;
            x ^= x >> 32;
            to[w] = x ^ above;
            above ^= 0ul - (x & 1);
        }
    }
}
