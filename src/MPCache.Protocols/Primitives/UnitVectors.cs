using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// A mask R of n words and, XOR-shared, the unit vectors of m of its bits: 2^m bits an element. After D = X - R is opened, rotating the unit vector
/// by D gives the shared unit vector of X, and every Boolean function of those bits of X is a local parity (design/protocols.md, sections 4 and 5).
/// </summary>
/// <param name="R">Share of the mask; the mask itself at the dealer.</param>
/// <param name="E">Unit vectors, 2^(m-3) bytes an element.</param>
/// <param name="Shift">Position of the lowest of the m bits in R.</param>
/// <param name="M">Number of bits, 3 to 12.</param>
public readonly record struct UnitMask(Words R, Words E, int Shift, int M)
{
    /// <summary>Number of elements.</summary>
    public int Length => R.Length;
}

/// <summary>
/// Bits under masks: rho in XOR shares and, as words, in additive shares, so that an opened u = beta xor rho turns beta into a word.
/// Planes of n elements each; <paramref name="Words"/> is plane-major, n words a plane.
/// </summary>
public readonly record struct BitMasks(Words Bits, Words Words, int Planes, int Length)
{
    /// <summary>Additive shares of one plane's mask bits.</summary>
    public Words Plane(int plane) => Words.Slice(plane * Length, Length);
}

/// <summary>Dealing and using unit vectors and masked bits.</summary>
public static class UnitVectors
{
    /// <summary>A fresh mask of n words with the unit vectors of m bits from <paramref name="shift"/> on; 2^(m-3) bytes an element dealt.</summary>
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
