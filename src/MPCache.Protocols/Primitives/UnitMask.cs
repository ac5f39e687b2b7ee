using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// A mask R of n words and, XOR-shared, the unit vectors of m of its bits: 2^m bits an element. After D = X - R is opened, rotating the
/// unit vector
/// by D gives the shared unit vector of X, and every Boolean function of those bits of X is a local parity (docs/mathematics.md, sections 4
/// and 5).
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
