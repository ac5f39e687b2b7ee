using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// A secret that has been opened under a mask: X = D + A with D public and A a shared mask that the dealer knows. All bilinear products of
/// masked secrets are then local but for one dealt correction, however often each is used (docs/mathematics.md, section 3).
/// </summary>
/// <param name="D">X - A, known to both parties.</param>
/// <param name="A">Share of the mask; the mask itself at the dealer.</param>
/// <param name="X">Share of X.</param>
/// <param name="Ring">Bits of the ring in which D was opened.</param>
/// <param name="Frac">Fractional bits.</param>
public readonly record struct Masked(Words D, Words A, Words X, int Ring, int Frac)
{
    /// <summary>Number of elements.</summary>
    public int Length => A.Length;

    /// <summary>Elements <paramref name="start"/> on, in the same memory.</summary>
    public Masked Slice(int start, int length)
        => this with { D = D.Slice(start, length), A = A.Slice(start, length), X = X.Slice(start, length) };

    /// <summary>The secret itself.</summary>
    public Secret Secret => new(X, Ring, Frac);
}
