namespace MPCache.Protocols;

/// <summary>
/// Lines for 1/z or 1/sqrt(z) over a window of <see cref="Normalisation"/>: f = a_v - b_v delta for a window's number 2^LowBits v + delta,
/// which stands for so many 2^-15. Planes of the look-up table: the bits of a, those of b, and one that says whether the window has its
/// lines there.
/// </summary>
internal sealed class MantissaLines
{
    /// <summary>Bits of the index v.</summary>
    public const int IndexBits = 12;

    /// <summary>Bits below: delta takes one more, since the carry between the two is not known.</summary>
    public const int LowBits = 8;

    /// <summary>A window sees the lowest power of two that is its own as 2^LeadBit.</summary>
    public const int LeadBit = 15;

    private const int Lead = 1 << (LeadBit - LowBits), Count = 1 << IndexBits, PlaneBytes = Count / 8;

    private MantissaLines(Func<double, double> f, int octaves, int aFrac, int bFrac)
    {
        (Octaves, AFrac, BFrac) = (octaves, aFrac, bFrac);
        long[] a = new long[Count], b = new long[Count];
        double step = 1.0 / Lead;
        for (int v = 0; v < Count; v++)
        {
            // Below its range the lowest window goes on a little and then stays as it is; an index one too small for want of a carry is the
            // last one where the number is 0.
            double x0 = v == Count - 1 ? 0 : v * step;
            double At(double delta) => f(Math.Max(0.8, x0 + delta));
            b[v] = (long)Math.Round(Math.ScaleB((At(0) - At(2 * step)) / (2 * step), bFrac - LeadBit));
            double low = double.MaxValue, high = double.MinValue;
            for (int i = 0; i <= 32; i++)
            {
                double delta = 2 * step * i / 32, rest = At(delta) + (Math.ScaleB((double)b[v], LeadBit - bFrac) * delta);
                (low, high) = (Math.Min(low, rest), Math.Max(high, rest));
            }

            a[v] = (long)Math.Round(Math.ScaleB((low + high) / 2, aFrac));
        }

        ABits = Bits(a);
        BBits = Bits(b);
        Lowest = Table(a, b, (v, _) => v < Lead - 1 || v == Count - 1, _ => true);
        Others = Table(a, b, (v, own) => own, v => v is >= Lead and < Count - 1);
    }

    /// <summary>1/z: relative error 5e-5.</summary>
    public static MantissaLines Reciprocal { get; } = new(x => 1 / x, 1, 21, 27);

    /// <summary>1/sqrt(z): relative error 2e-5.</summary>
    public static MantissaLines Root { get; } = new(x => 1 / Math.Sqrt(x), 2, 20, 26);

    /// <summary>Octaves of z to an octave of f.</summary>
    public int Octaves { get; }

    /// <summary>Fractional bits of a.</summary>
    public int AFrac { get; }

    /// <summary>Fractional bits of b delta.</summary>
    public int BFrac { get; }

    /// <summary>Bits of a.</summary>
    public int ABits { get; }

    /// <summary>Bits of b.</summary>
    public int BBits { get; }

    /// <summary>Planes of a table.</summary>
    public int Planes => ABits + BBits + 1;

    /// <summary>For the lowest window, whose lines reach below its range; the last plane says "below the range".</summary>
    public byte[] Lowest { get; }

    /// <summary>For the others: all zero where the number is not theirs; the last plane says that it is theirs or a higher window's.</summary>
    public byte[] Others { get; }

    private byte[] Table(long[] a, long[] b, Func<int, bool, bool> last, Func<int, bool> has)
    {
        byte[] table = new byte[Planes * PlaneBytes];
        for (int v = 0; v < Count; v++)
        {
            bool own = has(v);
            for (int p = 0; p < Planes; p++)
            {
                bool bit = p == Planes - 1 ? last(v, own) : own && (((p < ABits ? a[v] >> p : b[v] >> (p - ABits)) & 1) != 0);
                table[(p * PlaneBytes) + (v >> 3)] |= (byte)((bit ? 1 : 0) << (v & 7));
            }
        }

        return table;
    }

    private static int Bits(long[] values) => 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)values.Max());
}
