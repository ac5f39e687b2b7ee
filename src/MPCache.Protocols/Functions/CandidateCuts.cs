namespace MPCache.Protocols;

/// <summary>What further narrows the candidates of a <see cref="CandidateDraw"/>: secrets of one element each, known to the client.</summary>
/// <param name="Mass">The share of the candidates' probability that the kept ones reach at least; 2 keeps all. Ring
/// <see cref="MassRing"/>, <see cref="MassFrac"/> fractional bits.</param>
/// <param name="Distance">How far below the largest a value may lie, in units of ln 2. <see cref="Exponential.XFrac"/> fractional bits,
/// at least <see cref="CandidateDraw.CutRing"/> bits of ring.</param>
public sealed record CandidateCuts(Secret Mass, Secret Distance)
{
    /// <summary>Bits of the ring of <see cref="Mass"/>.</summary>
    public const int MassRing = 48;

    /// <summary>Fractional bits of <see cref="Mass"/>.</summary>
    public const int MassFrac = 15;
}
