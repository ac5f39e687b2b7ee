namespace MPCache.Protocols;

/// <summary>
/// RMSNorm and LayerNorm without their weights, which the server folds into the matrix that follows: each row divided by its length,
/// x / sqrt(sum x^2 + eps n). The factor sqrt(n) is folded too, so results lie in [-1, 1].
/// </summary>
public sealed class UnitNorm
{
    /// <summary>Fractional bits of the result.</summary>
    public const int ResultFrac = 20;

    private const int PowerFrac = 20;

    private readonly Normalisation _rsqrt;
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
    }

    /// <summary>Elements of a row.</summary>
    public int Columns { get; }

    /// <summary>Whether the mean is subtracted.</summary>
    public bool Centre { get; }

    /// <summary>
    /// Normalises rows in Z_2^64, and tells <see cref="RangeCheck"/> of a row that is shorter or longer than declared; result in Z_2^64
    /// with <see cref="ResultFrac"/> fractional bits. Nine rounds, two more with a mean. Relative error of a row's
    /// factor at most 1e-4.
    /// </summary>
    public async ValueTask<Secret> Evaluate(Mpc mpc, Secret x)
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

        (Masked mantissa, Masked power) = await _rsqrt.Evaluate(mpc, sum, PowerFrac);
        Masked factor = await mpc.Mask(mpc.Multiply(mantissa, power));
        Secret product = mpc.MultiplyRows(masked, factor);
        return await mpc.Truncate(product, ResultFrac, 64);
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
