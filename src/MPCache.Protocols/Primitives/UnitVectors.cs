using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>Dealing and using unit vectors and masked bits.</summary>
public static class UnitVectors
{
    /// <summary>
    /// A fresh mask of n words with the unit vectors of m bits from <paramref name="shift"/> on; 2^(m-3) bytes an element dealt.
    /// </summary>
    public static UnitMask DealUnit(this Mpc mpc, int n, int shift, int m)
    {
        Words r = mpc.Correlations.Mask(n);
        Words e = mpc.Correlations.UnitVectors(r, shift, m);
        return new UnitMask(r, e, shift, m);
    }

    /// <summary>Fresh mask bits, as bits and as words of a ring; ceil(ring/8) bytes a bit dealt.</summary>
    public static BitMasks DealBitMasks(this Mpc mpc, int planes, int n, int ring)
    {
        Words bits = mpc.Correlations.BitMask((long)planes * Words.ForBits(n) * 64);
        Words rho = mpc.Correlations.BitsAsWords(bits, planes, n, ring);
        return new BitMasks(bits, rho, planes, n);
    }
}
