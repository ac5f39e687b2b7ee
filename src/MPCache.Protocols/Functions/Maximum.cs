using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// An upper bound of each row's maximum, within four units, for softmax: five rounds whatever the row's length, no comparison.
/// </summary>
/// <remarks>
/// Softmax does not change when all scores move together, so it needs no exact maximum. Each score, cut to 7 bits (units of 2^-6 of the range), is
/// opened under a mask, which gives its shared unit vector. "Some score of the row is at least v" is an OR over the row; it is had from 32
/// XORs over random public subsets of the row, each of which is one with probability 1/2 when any score qualifies: all miss it with
/// probability 2^-32. XORs are local, so only 32 x 128 bits a row, not an element, enter ANDs. Summing the thresholds' bits gives the bound.
/// </remarks>
public static class Maximum
{
    /// <summary>Bits to which scores are cut.</summary>
    public const int Bits = 7;

    private const int Groups = 32;

    /// <summary>
    /// For scores (rows x columns) in [-2^(ring-1), 2^(ring-1)) except the last unit at either end, returns M per row, in the scores' ring, with
    /// max &lt;= M &lt;= max + 2^(ring-5). Row r counts its first <paramref name="valid"/>[r] columns.
    /// Online each way: one byte an element and 688 bytes a row; dealt: 16 bytes an element and 2,576 bytes a row.
    /// </summary>
    public static async ValueTask<Secret> UpperBound(this Mpc mpc, Secret scores, int rows, int[] valid)
    {
        int n = scores.Length, columns = n / rows, cut = scores.Ring - Bits;
        UnitMask unit = mpc.DealUnit(n, 0, Bits);
        Words coarse = mpc.Take(n);
        if (mpc.Computes)
        {
            Kernel.Shift(coarse.Span, scores.Words.Span, mpc.First << (scores.Ring - 1), scores.Ring, cut, n);
        }

        Words d = await mpc.OpenUnder(coarse, unit.R, Bits);

        const int positions = 1 << Bits, vectorBytes = positions / 8;
        int plane = rows * positions / 64;
        Words planes = mpc.Zeros(Groups * plane);
        ulong nonce = mpc.CoinsDrawn++;
        if (mpc.Computes)
        {
            Words coins = mpc.Take((n + 1) / 2);
            Kernel.PrgFill(mpc.Coins, nonce, 0, coins.Span);
            Span<uint> groups = System.Runtime.InteropServices.MemoryMarshal.Cast<ulong, uint>(coins.Span);
            Span<byte> parities = stackalloc byte[Groups * vectorBytes];
            for (int r = 0; r < rows; r++)
            {
                int at = r * columns, count = Math.Min(columns, valid[r]);
                parities.Clear();
                Kernel.UnitParities(parities, unit.E.Bytes[(at * vectorBytes)..], d.Span.Slice(at, count), groups.Slice(at, count), Bits, count);
                for (int g = 0; g < Groups; g++)
                {
                    ReadOnlySpan<ulong> row = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(parities.Slice(g * vectorBytes, vectorBytes));
                    ulong high = SuffixXor(row[1]);
                    planes.Span[(g * plane) + (2 * r) + 1] = high;
                    planes.Span[(g * plane) + (2 * r)] = SuffixXor(row[0]) ^ (0ul - (high & 1)); // parities of "at least v"
                }
            }

            mpc.Flip(planes);
        }

        Words none = await mpc.AndTree(planes, Groups, plane, 4);
        if (mpc.Computes)
        {
            mpc.Flip(none);
        }

        // Sum of the bits at 1..127, in units of 2^cut: only the unit's bits of the ring matter, so a byte a bit is dealt.
        BitMasks masks = mpc.DealBitMasks(1, rows * positions, Bits);
        Words u = await mpc.OpenMasked(none, masks.Bits);
        Words bound = mpc.Take(rows);
        if (mpc.Computes)
        {
            Words bits = mpc.Zeros(rows * positions);
            Kernel.BitToWord(bits.Span, u.Span, masks.Words.Span, mpc.First, 1, rows * positions);
            for (int r = 0; r < rows; r++)
            {
                ulong sum = 2 * mpc.First; // the cut and its carry
                foreach (ulong bit in bits.Span.Slice((r * positions) + 1, positions - 1))
                {
                    sum += bit;
                }

                bound.Span[r] = (sum << cut) - (mpc.First << (scores.Ring - 1));
            }
        }

        return new Secret(bound, scores.Ring, scores.Frac);
    }

    private static ulong SuffixXor(ulong x)
    {
        x ^= x >> 1;
        x ^= x >> 2;
        x ^= x >> 4;
        x ^= x >> 8;
        x ^= x >> 16;
        return x ^ (x >> 32);
    }
}
