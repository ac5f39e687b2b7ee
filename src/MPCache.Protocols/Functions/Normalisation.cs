using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// 1/z and 1/sqrt(z) of a positive secret in [2^low, 2^high), over any number of octaves, in three rounds.
/// </summary>
/// <remarks>
/// Overlapping windows of twenty bits, four apart, are cut out of each share by itself and opened under masks. The unit vector of a window's
/// twelve upper bits selects, locally, the bits of a line over its number (<see cref="MantissaLines"/>), all zero where the number's leading
/// bit is below the window's four places, and a bit that says whether it is not. One round of ANDs clears the lines of every window below the
/// one that the number is in; then at most one window has any, and the bits are opened under masks that are dealt as words, those of slopes
/// beside their products with the mask of delta, as in <see cref="PiecewiseLinear"/>.
///
/// A share cut by itself is rounded up at random, and an index may be one too small for want of a carry: a number that just reaches a
/// window may still be found in the one below, whose lines go on for another octave. A z below 2^Low counts as 0.8 times 2^Low; one that is
/// not below 2^High gives nonsense.
/// </remarks>
public sealed class Normalisation
{
    private const int WindowBits = MantissaLines.IndexBits + MantissaLines.LowBits;
    private const int WindowStep = 4;
    private const int GuardBits = 8;
    private const int GuardBase = 3; // a guard sees the first power of two above the range as 2^3 at least

    private readonly MantissaLines _lines;
    private readonly int _windows;
    // Windows above the range, and what they see of the first power of two that is not below them.
    private readonly (int Shift, byte[] Threshold)[] _guards;

    private Normalisation(MantissaLines lines, int low, int high, bool watched)
    {
        if (low < 0 || high > 62 || high <= low)
        {
            throw new ArgumentOutOfRangeException(nameof(high), $"A range of 2^{low} to 2^{high} is not within a ring of 64 bits.");
        }

        _lines = lines;
        _windows = (high - low + WindowStep - 1) / WindowStep;
        Low = high - (_windows * WindowStep); // whole windows, reaching below rather than above
        High = high;
        _guards = watched ? [.. Guards(high)] : [];
    }

    /// <summary>1/z. Relative error at most 1e-4, on average 2e-5.</summary>
    public static Normalisation Reciprocal(int low, int high) => new(MantissaLines.Reciprocal, low, high, watched: false);

    /// <summary>
    /// 1/sqrt(z), for a z whose fractional bits have the parity of <paramref name="high"/>. Relative error at most 5e-5.
    /// Where <paramref name="watched"/>, <see cref="RangeCheck"/> is told of a z below the range by more than a 64th, and of one above it, up
    /// to 2^64: for each z a byte or a few more each way, 32 bytes each dealt.
    /// </summary>
    public static Normalisation ReciprocalSquareRoot(int low, int high, bool watched = false)
        => new(MantissaLines.Root, low, high, watched);

    /// <summary>Smallest z is 2^Low.</summary>
    public int Low { get; }

    /// <summary>z is below 2^High.</summary>
    public int High { get; }

    /// <summary>Bits of the ring of a result, which lies in the lower quarter of it.</summary>
    public int ResultRing => _lines.BFrac + Spread + 3;

    /// <summary>Powers of two between the results of the highest and of the lowest window.</summary>
    private int Spread => WindowStep / _lines.Octaves * (_windows - 1);

    /// <summary>Fractional bits of f(z), for a z of so many.</summary>
    public int ResultFrac(int zFrac) => _lines.BFrac + ((Low + (WindowStep * (_windows - 1)) - zFrac) / _lines.Octaves);

    /// <summary>
    /// f(z), z read as an integer times 2^-z.Frac, in Z_2^<see cref="ResultRing"/> with <see cref="ResultFrac"/> fractional bits.
    /// </summary>
    /// <exception cref="ArgumentException">z's ring does not hold the range, or its fractional bits have another parity.</exception>
    public async ValueTask<Secret> Evaluate(Mpc mpc, Secret z)
    {
        if (z.Ring < High + 2)
        {
            throw new ArgumentException(
                $"A value below 2^{High} needs a ring of {High + 2} bits at least; it was given in Z_2^{z.Ring}.",
                nameof(z));
        }

        if (((Low - z.Frac) % _lines.Octaves) != 0)
        {
            throw new ArgumentException($"With {z.Frac} fractional bits the range must end at a power of two of the same parity, not at "
                + $"{High}.", nameof(z));
        }

        int n = z.Length, a = _lines.ABits + Spread, b = _lines.BBits, ring = ResultRing;
        UnitMask unit = mpc.DealUnit(_windows * n, MantissaLines.LowBits, MantissaLines.IndexBits);
        Words low = mpc.Correlations.LowBits(unit.R, MantissaLines.LowBits, ring);
        UnitMask guards = _guards.Length > 0 ? mpc.DealUnit(_guards.Length * n, 0, GuardBits) : default;
        Words rhoA = mpc.Correlations.BitMask((long)a * n), rhoB = mpc.Correlations.BitMask((long)_windows * b * n);
        Words rhoAWords = mpc.Correlations.BitsAsWords(rhoA, 1, a * n, ring);
        Words rhoBWords = mpc.Correlations.BitsAsWords(rhoB, 1, _windows * b * n, ring);
        Words rhoBLow = mpc.Correlations.FlatBitProduct(rhoB, low, b, ring);

        // Round 1: the windows.
        Words windows = mpc.Take(unit.Length), above = mpc.Take(_guards.Length * n);
        if (mpc.Computes)
        {
            Cut(mpc, z, windows, [.. Enumerable.Range(0, _windows).Select(w => Low + (WindowStep * w) - MantissaLines.LeadBit)]);
            Cut(mpc, z, above, [.. _guards.Select(g => g.Shift)]);
        }

        ValueTask<Words> opening = _guards.Length > 0 ? mpc.OpenUnder(above, guards.R, GuardBits) : default;
        Words d = await mpc.OpenUnder(windows, unit.R, WindowBits);
        if (_guards.Length > 0)
        {
            Watch(mpc, guards, await opening, n);
        }

        // Round 2: lines of windows below the number's own are cleared.
        Words bits = await Selected(mpc, unit, d, n);

        // Round 3: bits become words. Windows' constants stand at their powers of two, side by side; only one of them is not zero.
        int plane = Words.ForBits(n);
        Words betaA = mpc.Zeros(Words.ForBits((long)a * n)), betaB = mpc.Zeros(Words.ForBits((long)_windows * b * n));
        if (mpc.Computes)
        {
            Join(mpc, bits, betaA, betaB, n);
        }

        ValueTask<Words> openingA = mpc.OpenMasked(betaA, rhoA);
        Words uB = await mpc.OpenMasked(betaB, rhoB), uA = await openingA;
        Words sum = mpc.Zeros(n), bit = mpc.Take(plane), deltaOpen = mpc.Take(n), delta = mpc.Take(n);
        for (int p = 0; mpc.Computes && p < a; p++)
        {
            bit.Span.Clear();
            FlatBits.XorTo(bit.Span, uA.Span, (long)p * n, n);
            ulong weight = 1ul << (p + _lines.BFrac - _lines.AFrac);
            Kernel.BitToWord(sum.Span, bit.Span, rhoAWords.Slice(p * n, n).Span, mpc.AddsPublic, weight, n);
        }

        for (int w = 0; mpc.Computes && w < _windows; w++)
        {
            Kernel.Shift(deltaOpen.Span, d.Span.Slice(w * n, n), 0, MantissaLines.LowBits, 0, n);
            low.Span.Slice(w * n, n).CopyTo(delta.Span);
            Kernel.ScaleAdd(delta.Span, deltaOpen.Span, mpc.AddsPublic, n);
            for (int p = 0; p < b; p++)
            {
                int at = ((p * _windows) + w) * n;
                bit.Span.Clear();
                FlatBits.XorTo(bit.Span, uB.Span, at, n);
                ulong weight = 0ul - (1ul << (p + Power(w)));
                Kernel.BitTimes(
                    sum.Span,
                    bit.Span,
                    rhoBWords.Slice(at, n).Span,
                    rhoBLow.Slice(at, n).Span,
                    deltaOpen.Span,
                    delta.Span,
                    weight,
                    n);
            }
        }

        return new Secret(sum, ring, ResultFrac(z.Frac));
    }

    /// <summary>A window's power of two above the highest window's, whose results are smallest.</summary>
    private int Power(int window) => WindowStep / _lines.Octaves * (_windows - 1 - window);

    /// <summary>z from so many bits on; a window that reaches below its last place has zeros there.</summary>
    private static void Cut(Mpc mpc, Secret z, Words windows, int[] shifts)
    {
        int n = z.Length;
        for (int w = 0; w < shifts.Length; w++)
        {
            Span<ulong> window = windows.Span.Slice(w * n, n);
            if (shifts[w] > 0)
            {
                // The two cuts lose up to one unit together; giving it back beforehand keeps an empty window empty.
                Kernel.Shift(
                    window,
                    z.Words.Span,
                    mpc.Role == Role.Clear ? 0 : mpc.AddsPublic << shifts[w],
                    z.Ring,
                    shifts[w],
                    n);
            }
            else
            {
                window.Clear();
                Kernel.ScaleAdd(window, z.Words.Span, 1ul << -shifts[w], n);
            }
        }
    }

    /// <summary>
    /// Window by window, the planes of its table, flat, where no window above has the number, else zero. A window with w above it needs
    /// ANDs of w + 1 bits. Of the plane that says where a window's own lines are, only the lowest's "below the range" is taken along.
    /// </summary>
    private async ValueTask<Words> Selected(Mpc mpc, UnitMask unit, Words d, int n)
    {
        int plane = Words.ForBits(n), planes = _lines.Planes, words = Words.ForBits((long)planes * n), unitWords = n << (unit.M - 6);
        Words found = mpc.Take(_windows * planes * plane), index = mpc.Take(n), bits = mpc.Zeros(_windows * words);
        for (int w = 0; mpc.Computes && w < _windows; w++)
        {
            Kernel.Shift(index.Span, d.Span.Slice(w * n, n), 0, WindowBits, MantissaLines.LowBits, n);
            Kernel.UnitLookup(
                found.Span.Slice(w * planes * plane, planes * plane),
                unit.E.Slice(w * unitWords, unitWords).Bytes,
                index.Span,
                w == 0 ? _lines.Lowest : _lines.Others,
                planes,
                unit.M,
                n);
            for (int p = 0; p < planes; p++)
            {
                FlatBits.Put(bits.Span.Slice(w * words, words), (long)p * n, found.Span[(((w * planes) + p) * plane)..], n);
            }
        }

        var products = new ValueTask<Words>[_windows - 1];
        for (int w = 0; w < products.Length; w++)
        {
            int above = _windows - 1 - w;
            Words factors = mpc.Zeros((above + 1) * words);
            if (mpc.Computes)
            {
                bits.Span.Slice(w * words, words).CopyTo(factors.Span);
                for (int i = 1; i <= above; i++)
                {
                    Words not = factors.Slice(i * words, words);
                    ReadOnlySpan<ulong> own = found.Span[((((w + i + 1) * planes) - 1) * plane)..];
                    for (int p = 0; p < planes; p++)
                    {
                        FlatBits.Put(not.Span, (long)p * n, own, n);
                    }

                    mpc.Flip(not);
                }
            }

            products[w] = mpc.And(factors, above + 1, words);
        }

        for (int w = 0; w < products.Length; w++)
        {
            Words product = await products[w];
            if (mpc.Computes)
            {
                product.Span.CopyTo(bits.Span[(w * words)..]);
            }
        }

        if (_guards.Length > 0)
        {
            Words below = mpc.Zeros(plane);
            if (mpc.Computes)
            {
                FlatBits.XorTo(below.Span, bits.Span[..words], (long)(planes - 1) * n, n);
            }

            mpc.Ranges.Add(below, n);
        }

        return bits;
    }

    /// <summary>Constants of all windows at their powers of two, and slopes, bit by bit and window by window.</summary>
    private void Join(Mpc mpc, Words bits, Words betaA, Words betaB, int n)
    {
        int planes = _lines.Planes, words = bits.Length / _windows, a = _lines.ABits, b = _lines.BBits, plane = Words.ForBits(n);
        Words constants = mpc.Zeros((a + Spread) * plane), slope = mpc.Take(plane);
        for (int w = 0; w < _windows; w++)
        {
            ReadOnlySpan<ulong> own = bits.Span.Slice(w * words, words);
            for (int p = 0; p < planes - 1; p++)
            {
                if (p < a)
                {
                    FlatBits.XorTo(constants.Span.Slice((p + Power(w)) * plane, plane), own, (long)p * n, n);
                    continue;
                }

                slope.Span.Clear();
                FlatBits.XorTo(slope.Span, own, (long)p * n, n);
                FlatBits.Put(betaB.Span, (long)(((p - a) * _windows) + w) * n, slope.Span, n);
            }
        }

        for (int p = 0; p < a + Spread; p++)
        {
            FlatBits.Put(betaA.Span, (long)p * n, constants.Span[(p * plane)..], n);
        }
    }

    /// <summary>Windows from 2^high to the top of a word, each as far as it sees.</summary>
    private static IEnumerable<(int Shift, byte[] Threshold)> Guards(int high)
    {
        const int word = 64;
        for (int power = high, shift; power < word; power = shift + GuardBits)
        {
            shift = Math.Min(power - GuardBase, word - GuardBits);
            byte[] threshold = new byte[1 << (GuardBits - 3)];
            for (int v = 1 << (power - shift); v < 1 << GuardBits; v++)
            {
                threshold[v >> 3] |= (byte)(1 << (v & 7));
            }

            yield return (shift, threshold);
        }
    }

    /// <summary>Flags of each z: for each guard what it sees at its power of two or above.</summary>
    private void Watch(Mpc mpc, UnitMask guards, Words d, int n)
    {
        int unitWords = n << (GuardBits - 6);
        for (int g = 0; g < _guards.Length; g++)
        {
            Words flags = mpc.Take(Words.ForBits(n));
            if (mpc.Computes)
            {
                ReadOnlySpan<byte> unit = guards.E.Slice(g * unitWords, unitWords).Bytes;
                Kernel.UnitLookup(flags.Span, unit, d.Span.Slice(g * n, n), _guards[g].Threshold, 1, GuardBits, n);
            }

            mpc.Ranges.Add(flags, n);
        }
    }
}
