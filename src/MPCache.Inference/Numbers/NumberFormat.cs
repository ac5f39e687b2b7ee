namespace MPCache.Inference;

/// <summary>
/// How a tensor's numbers are written: two's complement modulo 2^<paramref name="Ring"/>, the last <paramref name="Frac"/> bits after the
/// point.
/// </summary>
/// <param name="Ring">Bits of the ring, 1 to 64.</param>
/// <param name="Frac">Fractional bits.</param>
public readonly record struct NumberFormat(int Ring, int Frac)
{
    /// <summary>Magnitudes below this do not wrap round: 2^(Ring - 1 - Frac).</summary>
    public double Holds => Math.ScaleB(1, Ring - 1 - Frac);

    /// <summary>
    /// Magnitudes below this can be widened to a larger ring (<see cref="Protocols.Rescale.Widen"/>): half of <see cref="Holds"/>.
    /// </summary>
    public double Widens => Holds / 2;

    /// <summary>The same numbers with <paramref name="bits"/> more in front.</summary>
    public NumberFormat Wider(int bits) => this with { Ring = Ring + bits };
}
