using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// A public function of a secret number, by a table of lines: f(x) = a_v + b_v delta. Two rounds, no comparison.
/// </summary>
/// <remarks>
/// D = x - R is opened. With the high m bits h and the low bits l of D and R apart, x = (D_h + R_h) 2^low + delta with
/// delta = D_l + R_l in [0, 2^(low+1)): no carry is needed, because each line is fitted over twice the spacing of the grid. The shared unit
/// vector of
/// v = D_h + R_h selects the bits of a_v and b_v locally; opening them under masks turns them into words, and b's bits meet delta = D_l +
/// R_l in
/// the same step, since rho R_l is dealt. Both rounds together: ceil((m+low)/8) bytes and a_bits + b_bits bits an element each way.
/// </remarks>
public sealed class PiecewiseLinear
{
    // A guard sees the two bits above the table's range, its sign bit and the two below: 32 steps, of which the range [-r, r) is 8, and
    // from one too small for want of a
    // carry: -5 to 3. Steps 3 and -5 are also reached from outside, so they are flagged along: from 3/4 of the range on.
    private const int GuardBits = 5, GuardsBelow = 3;
    private static readonly byte[] s_outside = [0b1111_1000, 0xff, 0xff, 0b0000_1111];

    private readonly bool _watched;
    private readonly byte[] _table;

    /// <summary>Fits <paramref name="f"/> on x in [-2^(m+low-1), 2^(m+low-1)) / 2^xFrac.</summary>
    /// <param name="f">The function; called with the values that x can take.</param>
    /// <param name="xFrac">Fractional bits of x.</param>
    /// <param name="m">Bits of the index, 3 to 12: 2^(m-3) bytes an element are dealt.</param>
    /// <param name="low">Bits of x below the index.</param>
    /// <param name="aFrac">Fractional bits of the constants.</param>
    /// <param name="bFrac">Fractional bits of the slopes; at least aFrac - xFrac.</param>
    /// <param name="signed">False to read x as an unsigned number below 2^(m+low).</param>
    /// <param name="watched">Whether <see cref="RangeCheck"/> is told of arguments out of range; for signed ones only.</param>
    public PiecewiseLinear(
        Func<double, double> f,
        int xFrac,
        int m,
        int low,
        int aFrac,
        int bFrac,
        bool signed = true,
        bool watched = false)
    {
        (XFrac, M, Low, AFrac, BFrac, _watched) = (xFrac, m, low, aFrac, bFrac, watched);
        if (xFrac + bFrac < aFrac)
        {
            throw new ArgumentException("The slopes' scale must reach the constants'.", nameof(bFrac));
        }

        int count = 1 << m;
        long[] a = new long[count], b = new long[count];
        double step = Math.ScaleB(1.0, low - xFrac);
        for (int v = 0; v < count; v++)
        {
            double x0 = step * (signed && v >= count / 2 ? v - count : v);
            double slope = Math.Round(Math.ScaleB((f(x0 + (2 * step)) - f(x0)) / (2 * step), bFrac));
            double low1 = double.MaxValue, high1 = double.MinValue;
            for (int i = 0; i <= 32; i++)
            {
                double delta = 2 * step * i / 32;
                double rest = f(x0 + delta) - (Math.ScaleB(slope, -bFrac) * delta);
                (low1, high1) = (Math.Min(low1, rest), Math.Max(high1, rest));
            }

            a[v] = (long)Math.Round(Math.ScaleB((low1 + high1) / 2, aFrac));
            b[v] = (long)slope;
        }

        ABits = BitsFor(a);
        BBits = BitsFor(b);
        _table = new byte[(ABits + BBits) << (m - 3)];
        for (int v = 0; v < count; v++)
        {
            for (int p = 0; p < ABits + BBits; p++)
            {
                long value = p < ABits ? a[v] >> p : b[v] >> (p - ABits);
                _table[(p << (m - 3)) + (v >> 3)] |= (byte)((value & 1) << (v & 7));
            }
        }
    }

    /// <summary>Fractional bits of the argument.</summary>
    public int XFrac { get; }

    /// <summary>Bits of the index.</summary>
    public int M { get; }

    /// <summary>Bits below the index.</summary>
    public int Low { get; }

    /// <summary>Fractional bits of the constants.</summary>
    public int AFrac { get; }

    /// <summary>Fractional bits of the slopes.</summary>
    public int BFrac { get; }

    /// <summary>Two's-complement bits of the constants.</summary>
    public int ABits { get; }

    /// <summary>Two's-complement bits of the slopes.</summary>
    public int BBits { get; }

    /// <summary>Bits of the argument that the table reads.</summary>
    public int Ring => M + Low;

    /// <summary>Bits of the ring in which the argument is opened: two more for the guard.</summary>
    public int OpenedRing => _watched ? Ring + GuardBits - GuardsBelow : Ring;

    /// <summary>
    /// f(x), with XFrac + BFrac fractional bits in Z_2^<paramref name="ring"/>. x must have XFrac fractional bits and lie in the table's
    /// range less its
    /// lowest step (the index may come out one too small, and would wrap round there);
    /// its words above <see cref="Ring"/> are ignored, so a value out of range wraps round. Where it is watched that is told to
    /// <see cref="RangeCheck"/> for sure up to 6
    /// times the range from zero on either side, at random from 3/4 of it on; 4 bytes more an element dealt.
    /// </summary>
    public async ValueTask<Secret> Evaluate(Mpc mpc, Secret x, int ring)
    {
        if (x.Frac != XFrac || x.Ring < OpenedRing)
        {
            throw new ArgumentException($"This table takes {XFrac} fractional bits in at least Z_2^{OpenedRing}; it was given {x.Frac} "
                + $"in Z_2^{x.Ring}.", nameof(x));
        }

        int n = x.Length, planes = ABits + BBits, plane = Words.ForBits(n);
        UnitMask unit = mpc.DealUnit(n, Low, M);
        Words guard = _watched ? mpc.Correlations.UnitVectors(unit.R, Ring - GuardsBelow, GuardBits) : default;
        int raise = XFrac + BFrac - AFrac;
        int RingOf(int p) => Math.Max(1, ring - (p < ABits ? raise + p : p - ABits)); // a bit of weight 2^p needs p bits less of the ring
        Words rho = mpc.Correlations.BitMask((long)planes * plane * 64);
        Words Rho(int p) => rho.Slice(p * plane, plane);
        Words[] rhoWords = [.. Enumerable.Range(0, planes).Select(p => mpc.Correlations.BitsAsWords(Rho(p), 1, n, RingOf(p)))];
        Words low = mpc.Correlations.LowBits(unit.R, Low, ring);
        Words[] rhoLow = [.. Enumerable.Range(ABits, BBits).Select(p => mpc.Correlations.BitProduct(Rho(p), low, 1, RingOf(p)))];

        Words d = await mpc.OpenUnder(x.Words, unit.R, OpenedRing);
        if (_watched)
        {
            Watch(mpc, d, guard, n);
        }

        Words beta = mpc.Take(planes * plane), dHigh = mpc.Take(n), dLow = mpc.Take(n);
        if (mpc.Computes)
        {
            Kernel.Shift(dHigh.Span, d.Span, 0, Ring, Low, n);
            Kernel.Shift(dLow.Span, d.Span, 0, Low, 0, n);
            Kernel.UnitLookup(beta.Span, unit.E.Bytes, dHigh.Span, _table, planes, M, n);
        }

        Words u = await mpc.OpenMasked(beta, rho);
        Words sum = mpc.Zeros(n);
        if (mpc.Computes)
        {
            for (int p = 0; p < ABits; p++)
            {
                Kernel.BitToWord(sum.Span, u.Span.Slice(p * plane, plane), rhoWords[p].Span, mpc.AddsPublic, Weight(p, ABits) << raise, n);
            }

            Words delta = mpc.Take(n);
            low.Span.CopyTo(delta.Span);
            Kernel.ScaleAdd(delta.Span, dLow.Span, mpc.AddsPublic, n);
            for (int p = 0; p < BBits; p++)
            {
                Kernel.BitTimes(sum.Span, u.Span.Slice((ABits + p) * plane, plane), rhoWords[ABits + p].Span,
                    rhoLow[p].Span, dLow.Span, delta.Span, Weight(p, BBits), n);
            }
        }

        return new Secret(sum, ring, XFrac + BFrac);
    }

    private void Watch(Mpc mpc, Words d, Words guard, int n)
    {
        Words flags = mpc.Take(Words.ForBits(n));
        if (mpc.Computes)
        {
            Arena.Mark mark = mpc.Arena.Top;
            Words steps = mpc.Take(n);
            Kernel.Shift(steps.Span, d.Span, 0, OpenedRing, Ring - GuardsBelow, n);
            Kernel.UnitLookup(flags.Span, guard.Bytes, steps.Span, s_outside, 1, GuardBits, n);
            mpc.Arena.Release(mark);
        }

        mpc.Ranges.Add(flags, n);
    }

    private static ulong Weight(int bit, int bits) => bit == bits - 1 ? 0ul - (1ul << bit) : 1ul << bit;

    private static int BitsFor(long[] values)
    {
        long extent = values.Max(v => v >= 0 ? v : -(v + 1));
        return 65 - System.Numerics.BitOperations.LeadingZeroCount((ulong)extent);
    }
}
