namespace MPCache.Protocols;

/// <summary>
/// A secret that was opened in a narrow ring, Z_2^k, and is known in a wide one: X = D + rho with D public and rho = R - Wraps Top, where
/// R is the mask's low k bits, Top the highest of them and Wraps, public, 2^k or 0 element by element (docs/mathematics.md, section 3).
/// </summary>
/// <param name="D">Public part, in the wide ring.</param>
/// <param name="Wraps">2^k where the mask's top bit counts, 0 where it does not; known to both parties.</param>
/// <param name="R">Share of the mask's low k bits as numbers of the wide ring; the numbers themselves at the dealer.</param>
/// <param name="Top">Share of its top bit in Z_2^(Ring - k), likewise.</param>
/// <param name="Rho">Share of rho in the wide ring.</param>
/// <param name="X">Share of X in the wide ring.</param>
/// <param name="Narrow">k, bits of the ring in which it was opened.</param>
/// <param name="Ring">Bits of the wide ring.</param>
/// <param name="Frac">Fractional bits.</param>
public readonly record struct Lifted(
    Words D,
    Words Wraps,
    Words R,
    Words Top,
    Words Rho,
    Words X,
    int Narrow,
    int Ring,
    int Frac)
{
    /// <summary>Number of elements.</summary>
    public int Length => R.Length;

    /// <summary>The secret itself, in the wide ring.</summary>
    public Secret Secret => new(X, Ring, Frac);
}
