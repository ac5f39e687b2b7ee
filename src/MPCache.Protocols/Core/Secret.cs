namespace MPCache.Protocols;

/// <summary>
/// A secret tensor: an additive sharing modulo 2^<see cref="Ring"/> of two's-complement fixed-point numbers with <see cref="Frac"/> bits
/// after the point. The words' bits above the ring are unspecified. Row-major; the shape is the caller's.
/// </summary>
/// <param name="Words">This role's share; a shape where the role has none.</param>
/// <param name="Ring">Bits of the ring, 1 to 64.</param>
/// <param name="Frac">Fractional bits.</param>
public readonly record struct Secret(Words Words, int Ring, int Frac)
{
    /// <summary>Number of elements.</summary>
    public int Length => Words.Length;

    /// <summary>Elements <paramref name="start"/> on, in the same memory.</summary>
    public Secret Slice(int start, int length) => this with { Words = Words.Slice(start, length) };

    /// <summary>The same words read modulo a smaller power of two: free, since reduction is a homomorphism.</summary>
    /// <exception cref="ArgumentException"><paramref name="ring"/> is larger than the present ring.</exception>
    public Secret Reduce(int ring) => ring <= Ring
        ? this with { Ring = ring }
        : throw new ArgumentException($"A share in a ring of {Ring} bits cannot be read in one of {ring}: widen it.", nameof(ring));
}
