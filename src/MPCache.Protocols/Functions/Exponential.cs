using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// 2^-x for x >= 0, in two rounds.
/// </summary>
/// <remarks>
/// D = x - R is opened; the low part splits as 2^-(D_l + R_l) = 2^-D_l 2^-R_l with the second factor dealt, so no carry and no polynomial
/// is
/// needed. The high part, in units of 8, is a power 256^-v: its shared unit vector needs only the positions v = -1, 0, 1, 2, whose bits
/// times
/// 2^-R_l are had by opening four bits an element (rho 2^-R_l is dealt). A carry out of the low part makes v one too small, hence the -1.
/// Absolute error at most 3e-6, and zero beyond x = 24. The last 8 units of the range stand for [-8, 0): callers keep 0 &lt;= x &lt;
/// 2^rangeBits - 8.
/// </remarks>
public static class Exponential
{
    /// <summary>Fractional bits of the argument.</summary>
    public const int XFrac = 13;

    /// <summary>Bits of the argument's low part: below 8.</summary>
    public const int Low = XFrac + 3;

    /// <summary>Fractional bits of the result as computed, before it is shrunk.</summary>
    public const int ResultFrac = DealtFrac + PublicFrac;

    private const int DealtFrac = 28;
    private const int PublicFrac = 22;
    private const int DealtRing = 56;
    private const int Terms = 4;

    private static readonly Dictionary<int, byte[]> Tables = Enumerable.Range(3, 7).ToDictionary(m => m, MakeTable);

    /// <summary>Bits of the argument's ring for arguments below 2^<paramref name="rangeBits"/>; 6 to 12.</summary>
    public static int Ring(int rangeBits) => XFrac + rangeBits;

    /// <summary>
    /// 2^-x with <paramref name="frac"/> fractional bits, in a ring of 56 - (50 - frac) bits. x: <see cref="XFrac"/> fractional bits, ring
    /// 19 to 25 bits.
    /// Per element: ceil(ring/8) bytes and 4 bits each way; 35 bytes and 2^(ring-19) bytes dealt.
    /// </summary>
    public static async ValueTask<Secret> Exp2Negative(this Mpc mpc, Secret x, int frac)
    {
        int n = x.Length, m = x.Ring - Low, plane = Words.ForBits(n);
        UnitMask unit = mpc.DealUnit(n, Low, m);
        Words factor = mpc.Correlations.PowerOfLowBits(unit.R, Low, XFrac, DealtFrac, DealtRing);
        Words rho = mpc.Correlations.BitMask((long)Terms * plane * 64);
        Words rhoFactor = mpc.Correlations.BitProduct(rho, factor, Terms, DealtRing);

        Words d = await mpc.OpenUnder(x.Words, unit.R, x.Ring);
        Words beta = mpc.Take(Terms * plane), scale = mpc.Take(n);
        if (mpc.Computes)
        {
            Kernel.Shift(scale.Span, d.Span, 0, x.Ring, Low, n);
            Kernel.UnitLookup(beta.Span, unit.E.Bytes, scale.Span, Tables[m], Terms, m, n);
            Kernel.Shift(scale.Span, d.Span, 0, Low, 0, n);
            Kernel.Exp2Neg(scale.Span, scale.Span, XFrac, PublicFrac + 8, n);
        }

        Words u = await mpc.OpenMasked(beta, rho);
        Words sum = mpc.Zeros(n);
        if (mpc.Computes)
        {
            for (int t = 0; t < Terms; t++)
            {
                Kernel.BitTimesScaled(
                    sum.Span,
                    u.Span.Slice(t * plane, plane),
                    factor.Span,
                    rhoFactor.Slice(t * n, n).Span,
                    scale.Span,
                    8 * t,
                    n);
            }
        }

        return mpc.Shrink(new Secret(sum, DealtRing, ResultFrac), ResultFrac - frac);
    }

    private static byte[] MakeTable(int m)
    {
        byte[] table = new byte[Terms << (m - 3)];
        for (int t = 0; t < Terms; t++)
        {
            int v = (t - 1 + (1 << m)) % (1 << m);
            table[(t << (m - 3)) + (v >> 3)] |= (byte)(1 << (v & 7));
        }

        return table;
    }
}
