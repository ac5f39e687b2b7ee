using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Writes a positive secret z in [2^low, 2^high) as mantissa times power of two, and evaluates a function of the mantissa by a table of
/// lines:
/// reciprocal and reciprocal square root. Six rounds in all, over a range of any number of octaves.
/// </summary>
/// <remarks>
/// Overlapping windows of eight bits, four apart, are cut out of each share by itself and opened under masks; the unit vectors give, for
/// each octave, the bit
/// "z is at least 2^k in this window"; with the windows above it that is one AND. Those bits, opened under masks, give both the factor that
/// normalises z (its product with z rides along, since z is opened too) and the power that undoes it. A share cut by itself is rounded up
/// at random, so
/// the mantissa lies in [1 - 1/8, 2^octaves) instead of [1, 2^octaves): the table reaches that far.
///
/// Rounded up, a mantissa just below 4 would become 4, where the table's index wraps round to 0 and the root comes out sqrt(5) times too
/// large. So a unit (2^-14) is
/// taken off, after which it is never above its true value, and the table is fitted a unit further on.
/// A z below 2^Low counts as 0.8 times 2^Low, down to 2^(Low - 7); one that is not below 2^High gives nonsense.
/// </remarks>
public sealed class Normalisation
{
    private const int WindowBits = 8;
    private const int WindowStep = 4;
    private const int WindowBase = 3; // a window sees its lowest power as 2^3
    private const int MantissaFrac = 14;

    private readonly int _octaves; // 1 for 1/z, 2 for 1/sqrt(z): one step of the exponent, so that the powers are exact
    private readonly int _windows;
    private readonly byte[] _thresholds;
    private readonly PiecewiseLinear _table;
    // Windows above the range, and what they see of the first power of two that is not below them.
    private readonly (int Shift, byte[] Threshold)[] _guards;

    private Normalisation(int low, int high, Func<double, double> f, int octaves, bool watched)
    {
        if (low < 0 || high > 62 || high <= low)
        {
            throw new ArgumentOutOfRangeException(nameof(high), $"A range of 2^{low} to 2^{high} is not within a ring of 64 bits.");
        }

        _octaves = octaves;
        _windows = (high - low + WindowStep - 1) / WindowStep;
        Low = high - (_windows * WindowStep); // whole windows, reaching below rather than above
        High = high;
        _thresholds = new byte[PerWindow << (WindowBits - 3)];
        for (int o = 0; o < PerWindow; o++)
        {
            for (int v = 1 << ((o * octaves) + WindowBase); v < 1 << WindowBits; v++)
            {
                _thresholds[(o << (WindowBits - 3)) + (v >> 3)] |= (byte)(1 << (v & 7));
            }
        }

        _guards = watched ? [.. Guards(high)] : [];

        // m = 9 bits of index over [0, 4), spacing 1/128.
        double unit = Math.ScaleB(1, -MantissaFrac);
        _table = new PiecewiseLinear(x => f(Math.Max(x, 0.8) + unit), MantissaFrac, 9, 7, 17, 9, signed: false);
    }

    /// <summary>1/z.</summary>
    public static Normalisation Reciprocal(int low, int high) => new(low, high, x => 1 / x, 1, watched: false);

    /// <summary>
    /// 1/sqrt(z) for a z whose fractional bits have the parity of <paramref name="high"/>. Where <paramref name="watched"/>,
    /// <see cref="RangeCheck"/> is told of a z
    /// that is below the range, or above it, up to 2^64: for each z a byte or a few more each way, 32 bytes each dealt.
    /// </summary>
    public static Normalisation ReciprocalSquareRoot(int low, int high, bool watched = false)
        => new(low, high, x => 1 / Math.Sqrt(x), 2, watched);

    /// <summary>Smallest z is 2^Low.</summary>
    public int Low { get; }

    /// <summary>z is below 2^High.</summary>
    public int High { get; }

    private int PerWindow => WindowStep / _octaves;

    /// <summary>
    /// f(z), z read as an integer times 2^-z.Frac, as a product of two factors that the caller multiplies, each masked already:
    /// mantissa part (23 fractional bits) and power part (<paramref name="powerFrac"/> fractional bits), both in
    /// Z_2^<paramref name="ring"/>, which the product is to fit.
    /// Relative error at most 5e-5 plus half a unit of either part's last place.
    /// </summary>
    public async ValueTask<(Masked Mantissa, Masked Power)> Evaluate(Mpc mpc, Secret z, int powerFrac, int ring = 64)
    {
        if (z.Ring < High + 2)
        {
            throw new ArgumentException(
                $"A value below 2^{High} needs a ring of {High + 2} bits at least; it was given in Z_2^{z.Ring}.",
                nameof(z));
        }

        if (((Low - z.Frac) % _octaves) != 0)
        {
            throw new ArgumentException($"With {z.Frac} fractional bits the range must end at a power of two of the same parity, not at "
                + $"{High}.", nameof(z));
        }

        int n = z.Length, levels = _windows * PerWindow, top = Low + (levels * _octaves);
        int oneAt = top - _octaves; // the mantissa's 1 after scaling
        if (z.Ring <= top || oneAt < MantissaFrac)
        {
            throw new ArgumentException($"A range of 2^{Low} to 2^{top} does not fit a ring of {z.Ring} bits with a mantissa of "
                + $"{MantissaFrac}.", nameof(z));
        }

        // Round 1: the windows, and z itself for the product with its normalising factor.
        UnitMask unit = mpc.DealUnit((_windows + _guards.Length) * n, 0, WindowBits);
        Words windows = mpc.Take(unit.Length);
        if (mpc.Computes)
        {
            CutWindows(mpc, z, windows);
        }

        ValueTask<Words> opening = mpc.OpenUnder(windows, unit.R, WindowBits);
        ValueTask<Masked> masking = mpc.Mask(z);
        Words d = await opening;
        Masked zMasked = await masking;

        // Round 2: "z is below level k" = not in its own window, nor the lowest bit of any window above.
        int plane = Words.ForBits(n);
        Words atLeast = await AtLeast(mpc, unit, d, n);
        Watch(mpc, unit, d, atLeast, n);

        // Round 3: the levels' bits as words, alone and times z.
        BitMasks masks = mpc.DealBitMasks(levels, n, Math.Max(ring, z.Ring));
        Words rhoZ = mpc.Correlations.BitProduct(masks.Bits, zMasked.A, levels, z.Ring);
        Words u = await mpc.OpenMasked(atLeast, masks.Bits);
        Words power = mpc.Zeros(n), scaled = mpc.Zeros(n);
        if (mpc.Computes)
        {
            // Level 0 always holds. From level k-1 to k the factor shrinks by 2^octaves and the power changes along.
            Kernel.ScaleAdd(scaled.Span, z.Words.Span, 1ul << (_octaves * (levels - 1)), n);
            Rescale.SubtractConstant(power.Span, mpc.AddsPublic * (0ul - PowerOf(0, z.Frac, powerFrac)));
            for (int k = 1; k < levels; k++)
            {
                ReadOnlySpan<ulong> uk = u.Span.Slice(k * plane, plane);
                ulong factorStep = (1ul << (_octaves * (levels - 1 - k))) - (1ul << (_octaves * (levels - k)));
                Kernel.BitToWord(
                    power.Span,
                    uk,
                    masks.Plane(k).Span,
                    mpc.AddsPublic,
                    PowerOf(k, z.Frac, powerFrac) - PowerOf(k - 1, z.Frac, powerFrac),
                    n);
                Kernel.BitTimes(
                    scaled.Span,
                    uk,
                    masks.Plane(k).Span,
                    rhoZ.Slice(k * n, n).Span,
                    zMasked.D.Span,
                    z.Words.Span,
                    factorStep,
                    n);
            }
        }

        // Rounds 4 and 5: the table; round 6: both parts under masks.
        Secret mantissa = mpc.Shrink(new Secret(scaled, z.Ring, oneAt), oneAt - MantissaFrac);
        if (mpc.AddsPublic == 1)
        {
            Rescale.SubtractConstant(mantissa.Words.Span, 1);
        }

        ValueTask<Masked> powerMasking = mpc.Mask(new Secret(power, ring, powerFrac));
        Secret value = await _table.Evaluate(mpc, mantissa, ring);
        Masked mantissaMasked = await mpc.Mask(value);
        return (mantissaMasked, await powerMasking);
    }

    /// <summary>Window w sees 2^(Low + 4w) as 8.</summary>
    private void CutWindows(Mpc mpc, Secret z, Words windows)
    {
        int n = z.Length;
        for (int w = 0; w < _windows + _guards.Length; w++)
        {
            int shift = w < _windows ? Low + (WindowStep * w) - WindowBase : _guards[w - _windows].Shift;
            Span<ulong> window = windows.Span.Slice(w * n, n);
            if (shift > 0)
            {
                // The two cuts lose up to one unit together; giving it back beforehand keeps an empty window empty.
                Kernel.Shift(window, z.Words.Span, mpc.Role == Role.Clear ? 0 : mpc.AddsPublic << shift, z.Ring, shift, n);
            }
            else
            {
                window.Clear();
                Kernel.ScaleAdd(window, z.Words.Span, 1ul << -shift, n);
            }
        }
    }

    /// <summary>Windows from 2^high to the top of a word, each as far as it sees.</summary>
    private static IEnumerable<(int Shift, byte[] Threshold)> Guards(int high)
    {
        const int word = 64;
        for (int power = high, shift; power < word; power = shift + WindowBits)
        {
            shift = Math.Min(power - WindowBase, word - WindowBits);
            byte[] threshold = new byte[1 << (WindowBits - 3)];
            for (int v = 1 << (power - shift); v < 1 << WindowBits; v++)
            {
                threshold[v >> 3] |= (byte)(1 << (v & 7));
            }

            yield return (shift, threshold);
        }
    }

    /// <summary>Flags of each z: below level 0, and for each guard what it sees at its power of two or above.</summary>
    private void Watch(Mpc mpc, UnitMask unit, Words d, Words atLeast, int n)
    {
        int unitWords = n << (WindowBits - 6);
        for (int g = -1; g < _guards.Length && _guards.Length > 0; g++)
        {
            Words flags = mpc.Take(Words.ForBits(n));
            if (mpc.Computes && g < 0)
            {
                atLeast.Span[..flags.Length].CopyTo(flags.Span);
                mpc.Flip(flags);
            }
            else if (mpc.Computes)
            {
                int at = _windows + g;
                Kernel.UnitLookup(
                    flags.Span, unit.E.Slice(at * unitWords, unitWords).Bytes, d.Span.Slice(at * n, n), _guards[g]
                        .Threshold, 1, WindowBits, n);
            }

            mpc.Ranges.Add(flags, n);
        }
    }

    /// <summary>
    /// "z is at least level k", a plane for each level: its own window says so, or the lowest bit of a window above. A window with w above
    /// it needs ANDs of w + 1 bits.
    /// </summary>
    private async ValueTask<Words> AtLeast(Mpc mpc, UnitMask unit, Words d, int n)
    {
        int plane = Words.ForBits(n), window = PerWindow * plane, unitWords = n << (WindowBits - 6);
        Words below = mpc.Take(_windows * window);
        for (int w = 0; mpc.Computes && w < _windows; w++)
        {
            Kernel.UnitLookup(
                below.Span.Slice(w * window, window),
                unit.E.Slice(w * unitWords, unitWords).Bytes,
                d.Span.Slice(w * n, n),
                _thresholds,
                PerWindow,
                WindowBits,
                n);
        }

        if (mpc.Computes)
        {
            mpc.Flip(below);
        }

        var products = new ValueTask<Words>[_windows - 1];
        for (int w = 0; w < products.Length; w++)
        {
            int above = _windows - 1 - w;
            Words factors = mpc.Take((above + 1) * window);
            if (mpc.Computes)
            {
                below.Span.Slice(w * window, window).CopyTo(factors.Span);
                for (int i = 0; i < above * PerWindow; i++)
                {
                    below.Span.Slice((w + 1 + (i / PerWindow)) * window, plane).CopyTo(factors.Span[(window + (i * plane))..]);
                }
            }

            products[w] = mpc.And(factors, above + 1, window);
        }

        for (int w = 0; w < products.Length; w++)
        {
            Words product = await products[w];
            if (mpc.Computes)
            {
                product.Span.CopyTo(below.Span[(w * window)..]);
            }
        }

        if (mpc.Computes)
        {
            mpc.Flip(below);
        }

        return below;
    }

    /// <summary>2^-((Low + octaves k - zFrac) / octaves) at the power's scale: exact.</summary>
    private ulong PowerOf(int level, int zFrac, int powerFrac)
    {
        int exponent = powerFrac - ((Low + (_octaves * level) - zFrac) / _octaves);
        return exponent is >= 0 and < 63
            ? 1ul << exponent
            : throw new ArgumentException(
                $"The power of two of level {level} does not fit {powerFrac} fractional bits.",
                nameof(powerFrac));
    }
}
