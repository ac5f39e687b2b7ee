using MPCache.Protocols;

namespace MPCache.Protocols.Tests;

/// <summary>
/// Every function at the edges of its range and of its table, on shares and in the clear: what wraps round, wraps there. Edges are where a
/// share cut by itself may
/// round into the next place, so values stand on both sides of each.
/// </summary>
public class EdgeTests
{
    /// <summary>An edge and some units below and above it.</summary>
    private static IEnumerable<long> Around(long edge, int units = 4) => Enumerable.Range(-units, (2 * units) + 1).Select(i => edge + i);

    private static void HoldReal(Harness.Outcome outcome, IReadOnlyList<double> exact, double relative, double absolute)
    {
        for (int i = 0; i < exact.Count; i++)
        {
            double bound = absolute + (relative * Math.Abs(exact[i]));
            double shared = outcome.Reals[i], clear = Math.ScaleB((double)outcome.Clear[i], -outcome.Frac);
            Assert.True(Math.Abs(shared - exact[i]) <= bound, $"element {i}: {shared} on shares, {exact[i]} is right");
            Assert.True(Math.Abs(clear - exact[i]) <= bound, $"element {i}: {clear} in the clear, {exact[i]} is right");
        }

        Assert.Equal(outcome.Predicted, outcome.Measured);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReciprocalAndRootBesideEveryPowerOfTwo(bool root)
    {
        const int low = 16, high = 44, frac = 20;
        long[] z =
        [
            .. Enumerable.Range(low, high - low).SelectMany(p => Around(1L << p, 8)
                .Concat(Enumerable.Range(8, 18).SelectMany(d => new[] { (1L << p) - ((1L << p) >> d), (1L << p) + ((1L << p) >> d) })))
                .Where(v => v >= 1L << low),
            .. Around((1L << high) - 9, 8),
        ];
        Normalisation f = root ? Normalisation.ReciprocalSquareRoot(low, high) : Normalisation.Reciprocal(low, high);
        for (ulong seed = 1; seed <= 3; seed++)
        {
            Harness.Outcome outcome = Harness.Run(z, 64, frac, (mpc, s) => f.Evaluate(mpc, s), seed);
            double[] exact = [.. z.Select(v => Math.ScaleB((double)v, -frac)).Select(v => root ? 1 / Math.Sqrt(v) : 1 / v)];
            HoldReal(outcome, exact, 1.2e-4, 0);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RowsJustBelowAPowerOfFour(bool centre)
    {
        // 256 rows whose sum of squares is 2^14 (1 - d), d = 1e-6 to 7e-6: the mantissa lies within 2^-17 of 4.
        const int rows = 256, columns = 64, frac = 14;
        var norm = new UnitNorm(columns, frac, 1, 1 << 20, 0, centre);
        long[] x = new long[rows * columns];
        for (int r = 0; r < rows; r++)
        {
            // Half of a row positive and half negative: the mean is zero. All elements are 16 but for two, which trim the sum.
            double wanted = Math.ScaleB(1, 14 + (2 * frac)) * (1 - 1e-6 - (6e-6 * r / rows));
            double rest = wanted - ((columns - 2) * Math.ScaleB(256, 2 * frac));
            long trimmed = (long)Math.Floor(Math.Sqrt(rest / 2));
            for (int i = 0; i < columns; i++)
            {
                long v = i is 10 or 11 ? trimmed : 16L << frac;
                x[(r * columns) + i] = i % 2 == 0 ? v : -v;
            }
        }

        Harness.Outcome outcome = Harness.Run(x, 64, frac, (mpc, s) => norm.Evaluate(mpc, s));
        double[] exact = [.. x.Select(
            (v, i) => v / Math.Sqrt(Enumerable.Range(i / columns * columns, columns).Sum(j => (double)x[j] * x[j])))];
        HoldReal(outcome, exact, 1e-4, 4e-6);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(12)]
    public void ExponentialAtItsEnds(int rangeBits)
    {
        const int frac = 20;
        double top = Math.Pow(2, rangeBits) - 8;
        long[] x =
        [
            .. Enumerable.Range(0, 9).SelectMany(i => Around((long)Math.Min(8 * i, top - 1) << Exponential.XFrac)).Where(v => v >= 0),
            .. Around((long)(top * (1 << Exponential.XFrac)) - 5),
        ];
        Harness.Outcome outcome = Harness.Run(x, Exponential.Ring(rangeBits), Exponential.XFrac, (mpc, s) => mpc.Exp2Negative(s, frac));
        HoldReal(outcome, [.. x.Select(v => Math.Pow(2, -Math.ScaleB((double)v, -Exponential.XFrac)))], 0, 3e-6);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(12)]
    public void BoundOfTheMaximumAtItsEnds(int rangeBits)
    {
        // Rows of one score each, and rows with the largest in the last place; the last unit of two at either end is left out, as declared.
        const int frac = Exponential.XFrac;
        long unit = 2L << frac, half = 1L << (frac + rangeBits - 1);
        long[] edges = [.. Around(-half + unit + 4), .. Around(0), .. Around(unit), .. Around(half - unit - 5)];
        const int columns = 3;
        long[] x = [.. edges.SelectMany(e => new[] { Math.Max(-half + unit, e - (3 * unit)), -half + unit, e })];
        int rows = edges.Length;
        Harness.Outcome outcome = Harness.Run(
            x,
            frac + rangeBits,
            frac,
            (mpc, s) => mpc.UpperBound(s, rows, [.. Enumerable.Repeat(columns, rows)]));
        for (int r = 0; r < rows; r++)
        {
            foreach (long bound in new[] { outcome.Values[r], outcome.Clear[r] })
            {
                // At the upper end the bound itself wraps round; what counts is the distance from it.
                Assert.InRange(Harness.SignExtend((ulong)(bound - edges[r]), frac + rangeBits), 0, 2 * unit);
            }
        }
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(4, false)]
    [InlineData(7, true)]
    [InlineData(7, false)]
    public void ActivationsAtTheirEnds(int rangeBits, bool silu)
    {
        const int frac = Activation.XFrac;
        long edge = 1L << (rangeBits + frac), step = 1L << 8;
        long[] x = [.. Around(-edge + step + 4), .. Around(edge - 5), .. Around(edge - step), .. Around(0), .. Around(step), .. Around(
            -step)];
        Activation table = silu ? Activation.Silu(rangeBits) : Activation.GeluTanh(rangeBits);
        Harness.Outcome outcome = Harness.Run(x, 44, frac, (mpc, s) => table.Evaluate(mpc, s));
        HoldReal(outcome, [.. x.Select(v => Math.ScaleB((double)v, -frac)).Select(v => silu
            ? v / (1 + Math.Exp(-v))
            : 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))))], 0, 1.5e-3);
    }

    [Theory]
    [InlineData(64, 14)]
    [InlineData(48, 30)]
    [InlineData(24, 1)]
    public void TruncationAtTheRingsEnds(int ring, int shift)
    {
        long quarter = 1L << (ring - 2), place = 1L << shift; // the result, rounded up, must still be below a quarter of its ring
        long[] x = [.. Around(-quarter + 4), .. Around(quarter - place - 5), .. Around(0), .. Around(1L << (shift - 1)), .. Around(
            -1L << (shift - 1))];
        Harness.Outcome outcome = Harness.Run(x, ring, shift, (mpc, s) => mpc.Truncate(s, 0, 64));
        for (int i = 0; i < x.Length; i++)
        {
            double exact = Math.ScaleB((double)x[i], -shift);
            Assert.InRange(outcome.Values[i] - exact, -1, 1);
            Assert.InRange(outcome.Clear[i] - exact, -0.5, 0.5);
        }
    }

    [Theory]
    [InlineData(6, 64)]
    [InlineData(40, 64)]
    [InlineData(33, 48)]
    public void LiftingAtTheRingsEnds(int narrow, int ring)
    {
        long quarter = 1L << (narrow - 2);
        long[] x = [.. Around(-quarter, 8), .. Around(0), .. Around(quarter, 8)];
        x = [.. x.Where(v => v >= -quarter && v < quarter).Distinct()];
        for (ulong seed = 1; seed <= 20; seed++)
        {
            Harness.Outcome outcome = Harness.Run(x, 64, 0, async (mpc, s) =>
            {
                Lifted lifted = await mpc.Lift(s.Reduce(narrow), ring);
                Masked masked = await mpc.Mask(s);
                Secret[] parts = [lifted.Secret, mpc.Multiply(masked, lifted), mpc.MultiplyRows(masked, lifted)];
                Words all = mpc.Take(3 * x.Length);
                for (int i = 0; mpc.Computes && i < parts.Length; i++)
                {
                    parts[i].Words.Span.CopyTo(all.Span[(i * x.Length)..]);
                }

                return new Secret(all, ring, 0);
            }, seed);
            long[] exact = [.. x, .. x.Select(v => v * v), .. x.Select(v => v * v)];
            exact = [.. exact.Select(v => Harness.SignExtend((ulong)v, ring))];
            Assert.Equal(exact, outcome.Values);
            Assert.Equal(exact, outcome.Clear);
            Assert.Equal(outcome.Predicted, outcome.Measured);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(37)]
    public void SignsAtTheRingsEndsAndBesideEveryDigit(int ring)
    {
        long half = 1L << (ring - 1);
        long[] x =
        [
            .. Around(0), -half, half - 1, -half + 1, half - 2,
            .. Enumerable.Range(1, Math.Max(0, ((ring - 1) / 4) - 1)).SelectMany(d => Around(1L << (4 * d)).Concat(Around(-1L << (4 * d)))),
        ];
        x = [.. x.Where(v => v >= -half && v < half)];
        Harness.Outcome outcome = Harness.Run(x, ring, 0, async (mpc, s) =>
        {
            Comparison.Signs signs = await mpc.Negative(s.Words, ring);
            return new Secret(await mpc.Positive(s.Words, signs, ring), ring, 0);
        });
        Assert.Equal(x.Select(v => Math.Max(v, 0)), outcome.Values);
        Assert.Equal(x.Select(v => Math.Max(v, 0)), outcome.Clear);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(13)]
    public void ArgmaxOfValuesAtTheEndsOfTheirRange(int largestAt)
    {
        const int valueBits = 17;
        long end = (1L << (valueBits - 2)) - 1;
        long[] x = [.. Enumerable.Range(0, 14).Select(i => i == largestAt ? end : i % 3 == 0 ? -end : end - 1)];
        Harness.Outcome outcome = Harness.Run(x, 40, 0, (mpc, s) => mpc.IndexOfLargest(s, valueBits));
        long mask = (1L << Argmax.IndexBits(x.Length)) - 1;
        Assert.Equal(largestAt, outcome.Values[0] & mask);
        Assert.Equal(largestAt, outcome.Clear[0] & mask);
    }

    [Fact]
    public void TopKOfKeysAtTheEndsOfTheirRange()
    {
        const int ring = 25, rows = 2, n = 40, k = 10;
        long end = (1L << (ring - 2)) - 1;
        long[] x = [.. Enumerable.Range(0, rows * n).Select(i => (i % n) % 4 == 0 ? end : (i % n) % 4 == 1 ? -end : (i % n) - 20)];
        Harness.Outcome outcome = Harness.Run(x, ring, 0, async (mpc, s) =>
        {
            SecretPermutation order = mpc.DrawPermutation(n, rows);
            int[][]? places = await mpc.Largest(s, order, rows, k);
            Secret shuffled = await mpc.Shuffle(s, order, 1);
            Words sums = mpc.Zeros(rows);
            for (int r = 0; places is not null && r < rows; r++)
            {
                foreach (int place in places[r])
                {
                    sums.Span[r] += shuffled.Words.Span[(r * n) + place];
                }
            }

            return new Secret(sums, 30, 0);
        });
        Assert.All(outcome.Values, v => Assert.Equal(k * end, v)); // ten keys a row stand at the upper end, and those are found
        Assert.All(outcome.Clear, v => Assert.Equal(k * end, v));
    }
}
