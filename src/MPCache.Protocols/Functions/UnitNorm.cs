namespace MPCache.Protocols;

/// <summary>
/// RMSNorm and LayerNorm without their weights, which the server folds into the matrix that follows: each row divided by its length,
/// x / sqrt(sum x^2 + eps n). The factor sqrt(n) is folded too, so results lie in [-1, 1].
/// </summary>
public sealed class UnitNorm
{
    /// <summary>Fractional bits of the result.</summary>
    public const int ResultFrac = 20;

    // Significant bits of the smallest factor: a unit of the last place is 2^-14 of it.
    private const int FactorBits = 14;

    private readonly Normalisation _rsqrt;
    private readonly int _factorFrac;
    private readonly double _epsilon;
    private readonly int _frac;

    /// <summary>A norm over rows of <paramref name="columns"/> elements.</summary>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="frac">Fractional bits of the input.</param>
    /// <param name="smallest">No row's sum of squares (with epsilon) is smaller.</param>
    /// <param name="largest">None is larger.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="centre">Whether the row's mean is subtracted first (LayerNorm).</param>
    public UnitNorm(int columns, int frac, double smallest, double largest, double epsilon, bool centre)
    {
        (Columns, _frac, _epsilon, Centre) = (columns, frac, epsilon, centre);
        int low = (2 * frac) + (int)Math.Floor(Math.Log2(smallest)), high = (2 * frac) + (int)Math.Ceiling(Math.Log2(largest));
        _rsqrt = Normalisation.ReciprocalSquareRoot(low, high + (high & 1), watched: true);
        _factorFrac = FactorFrac(_rsqrt.High - (2 * frac));
    }

    /// <summary>Elements of a row.</summary>
    public int Columns { get; }

    /// <summary>Whether the mean is subtracted.</summary>
    public bool Centre { get; }

    /// <summary>
    /// Bits of the ring in which rows are left where they are not widened, for an input with so many fractional bits and sums of squares
    /// below 2^<paramref name="high"/>: what of a word the further fractional bits of the product leave.
    /// </summary>
    public static int NarrowRing(int frac, int high) => 64 - (frac + FactorFrac(high) - ResultFrac);

    // Of an even power of two: the root is one too.
    private static int FactorFrac(int high) => ((high + (high & 1)) / 2) + FactorBits;

    /// <summary>
    /// Normalises rows in Z_2^64, and tells <see cref="RangeCheck"/> of a row that is shorter or longer than declared; result in Z_2^64,
    /// or in the smaller <see cref="NarrowRing"/> where it need not be <paramref name="wide"/>, with <see cref="ResultFrac"/> fractional
    /// bits. Five rounds, one more for each, a mean and a wide result. Relative error of a row's factor at most 5e-5, and 6e-5 more for a
    /// row as long as the longest.
    /// </summary>
    public async ValueTask<Secret> Evaluate(Mpc mpc, Secret x, bool wide = true)
    {
        int rows = x.Length / Columns;
        if (Centre)
        {
            x = await Centred(mpc, x, rows);
        }

        Masked masked = await mpc.Mask(x);
        Secret sum = mpc.SumOfSquares(masked, rows);
        if (mpc.AddsPublic == 1)
        {
            Rescale.SubtractConstant(sum.Words.Span, 0ul - (ulong)Math.Round(Math.ScaleB(_epsilon * Columns, 2 * _frac)));
        }

        Secret factor = await _rsqrt.Evaluate(mpc, sum);
        Lifted lifted = await mpc.Lift(mpc.Shrink(factor, factor.Frac - _factorFrac), 64);
        Secret product = mpc.MultiplyRows(masked, lifted);
        Secret cut = mpc.Shrink(product, product.Frac - ResultFrac);
        return wide ? await mpc.Widen(cut, 64) : cut;
    }

    private async ValueTask<Secret> Centred(Mpc mpc, Secret x, int rows)
    {
        const int reciprocalFrac = 20;
        Words mean = mpc.Take(rows);
        ulong reciprocal = (ulong)Math.Round(Math.ScaleB(1.0 / Columns, reciprocalFrac));
        if (mpc.Computes)
        {
            for (int r = 0; r < rows; r++)
            {
                ulong sum = 0;
                foreach (ulong word in x.Words.Span.Slice(r * Columns, Columns))
                {
                    sum += word;
                }

                mean.Span[r] = sum * reciprocal;
            }
        }

        Secret means = await mpc.Truncate(new Secret(mean, 64, x.Frac + reciprocalFrac), x.Frac, 64);
        Words centred = mpc.Take(x.Length);
        if (mpc.Computes)
        {
            x.Words.Span.CopyTo(centred.Span);
            for (int r = 0; r < rows; r++)
            {
                Rescale.SubtractConstant(centred.Span.Slice(r * Columns, Columns), means.Words.Span[r]);
            }
        }

        return x with { Words = centred };
    }
}
