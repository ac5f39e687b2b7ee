namespace MPCache.Protocols;

/// <summary>
/// SiLU and GELU: x/2, which is local, plus an even function that a table of lines holds. Two rounds. The lowest step of the grid is left
/// out of
/// the range, because an index one too small would wrap round there.
/// </summary>
public sealed class Activation
{
    /// <summary>Fractional bits of the argument.</summary>
    public const int XFrac = 12;

    /// <summary>Fractional bits of the result.</summary>
    public const int ResultFrac = XFrac + SlopeFrac;

    /// <summary>Bits before the point that an argument takes beside those of its range: the sign, and two to tell what left it.</summary>
    public const int MoreBits = 3;

    private const int SlopeFrac = 6;
    private const int Low = 8; // lines every 1/16
    private const int ConstantFrac = 13;

    private readonly PiecewiseLinear _even;

    private Activation(Func<double, double> f, int rangeBits)
    {
        if (rangeBits is < 1 or > 7)
        {
            throw new ArgumentOutOfRangeException(nameof(rangeBits), rangeBits, "An activation's range is 2^1 to 2^7.");
        }

        RangeBits = rangeBits;
        _even = new PiecewiseLinear(x => f(x) - (x / 2), XFrac, rangeBits + 1 + XFrac - Low, Low, ConstantFrac, SlopeFrac, watched: true);
    }

    /// <summary>SiLU on [-2^rangeBits + 1/16, 2^rangeBits - 1/16), rangeBits 1 to 7: x / (1 + e^-x). Absolute error at most 1e-3.</summary>
    public static Activation Silu(int rangeBits) => new(x => x / (1 + Math.Exp(-x)), rangeBits);

    /// <summary>GELU on the same range. Absolute error at most 1.5e-3.</summary>
    public static Activation Gelu(int rangeBits) => new(x => x * NormalDistribution(x), rangeBits);

    /// <summary>GELU in its tanh form, on the same range. Absolute error at most 1.5e-3.</summary>
    public static Activation GeluTanh(int rangeBits) =>
        new(x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))), rangeBits);

    /// <summary>The normal distribution function, within 1e-7 (Abramowitz and Stegun, 7.1.26).</summary>
    public static double NormalDistribution(double x)
    {
        double z = Math.Abs(x) / Math.Sqrt(2), t = 1 / (1 + (0.3275911 * z));
        double tail = t * (0.254829592 + (t * (-0.284496736 + (t * (1.421413741 + (t * (-1.453152027 + (t * 1.061405429))))))))
            * Math.Exp(-z * z) / 2;
        return x < 0 ? tail : 1 - tail;
    }

    /// <summary>The argument lies within 2^RangeBits of zero.</summary>
    public int RangeBits { get; }

    /// <summary>
    /// f(x) with <see cref="ResultFrac"/> fractional bits in a ring of ResultFrac + RangeBits + 2 bits; x: <see cref="XFrac"/> fractional
    /// bits, ring of 26 bits or more.
    /// </summary>
    public async ValueTask<Secret> Evaluate(Mpc mpc, Secret x)
    {
        int ring = ResultFrac + RangeBits + 2;
        Secret even = await _even.Evaluate(mpc, x, ring);
        if (mpc.Computes)
        {
            Kernel.ScaleAdd(even.Words.Span, x.Words.Span, 1ul << (ResultFrac - XFrac - 1), x.Length);
        }

        return even;
    }
}
