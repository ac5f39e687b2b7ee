using MPCache.Protocols;

namespace MPCache.Protocols.Tests;

public class FunctionTests
{
    private static long[] Fixed(IEnumerable<double> x, int frac) => [.. x.Select(v => (long)Math.Round(Math.ScaleB(v, frac)))];

    private static double[] Grid(double low, double high, int n)
        => [.. Enumerable.Range(0, n).Select(i => low + ((high - low) * i / (n - 1)))];

    [Fact]
    public void ExponentialOverItsRange()
    {
        double[] x = [.. Grid(0, 30, 3000), .. Grid(30, 247.9, 300)];
        Harness.Outcome outcome = Harness.Run(Fixed(x, 13), 21, 13, (mpc, s) => mpc.Exp2Negative(s, 20));
        for (int i = 0; i < x.Length; i++)
        {
            Assert.InRange(outcome.Reals[i] - Math.Pow(2, -Math.Round(x[i] * 8192) / 8192), -3e-6, 3e-6);
            Assert.True(Math.Abs(outcome.Clear[i] - outcome.Values[i]) <= 3, $"x = {x[i]}: clear {outcome.Clear[i]}, shared "
                + $"{outcome.Values[i]}");
        }

        Assert.Equal(outcome.Predicted, outcome.Measured);
        Assert.Equal(2, outcome.Measured.Rounds);
    }

    [Theory]
    [InlineData(4, 1e-3)]
    [InlineData(7, 1e-3)]
    public void SiluAndGeluOverTheirRange(int rangeBits, double bound)
    {
        double edge = Math.Pow(2, rangeBits);
        double[] x = [.. Grid(-edge + (1.0 / 16), edge - (1.0 / 4096), 2000), .. Grid(-edge + (1.0 / 16), -edge + (1.0 / 8), 300), .. Grid(
            -4,
            4,
            2000)];
        foreach ((Activation table, Func<double, double> f) in new (Activation, Func<double, double>)[]
        {
            (Activation.Silu(rangeBits), v => v / (1 + Math.Exp(-v))),
            (Activation.GeluTanh(rangeBits), v => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v))))),
        })
        {
            Harness.Outcome outcome = Harness.Run(Fixed(x, 12), 44, 12, (mpc, s) => table.Evaluate(mpc, s));
            double worst = x.Select((v, i) => Math.Abs(outcome.Reals[i] - f(Math.Round(v * 4096) / 4096))).Max();
            Assert.InRange(worst, 0, bound * 1.5);
            double apart = x.Select((_, i) => Math.Abs(Math.ScaleB((double)(outcome.Clear[i] - outcome.Values[i]), -outcome.Frac))).Max();
            Assert.InRange(apart, 0, 2 * bound); // a carry may choose the neighbouring line
            Assert.Equal(outcome.Predicted, outcome.Measured);
            Assert.Equal(2, outcome.Measured.Rounds);
        }
    }

    [Fact]
    public void ReciprocalAndRootOverManyOctaves()
    {
        double[] z = [.. Enumerable.Range(0, 2000).Select(i => Math.Pow(2, -3.9 + (27.8 * i / 1999)))];
        foreach (bool root in new[] { false, true })
        {
            Normalisation f = root ? Normalisation.ReciprocalSquareRoot(16, 44) : Normalisation.Reciprocal(16, 44);
            Harness.Outcome outcome = Harness.Run(Fixed(z, 20), 64, 20, (mpc, s) => f.Evaluate(mpc, s));
            for (int i = 0; i < z.Length; i++)
            {
                double exact = root ? 1 / Math.Sqrt(z[i]) : 1 / z[i];
                double bound = root ? 5e-5 : 1e-4;
                Assert.InRange((outcome.Reals[i] / exact) - 1, -bound, bound);
                Assert.InRange((Math.ScaleB((double)outcome.Clear[i], -outcome.Frac) / exact) - 1, -bound, bound);
            }

            Assert.Equal(outcome.Predicted, outcome.Measured);
            Assert.Equal(3, outcome.Measured.Rounds);
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(11)]
    public void UpperBoundOfRows(int rangeBits)
    {
        const int rows = 7, columns = 50;
        var random = new Random(5);
        double[] x = [.. Enumerable.Range(0, rows * columns).Select(_ => (random.NextDouble() * 200) - 100)];
        int[] valid = [.. Enumerable.Range(0, rows).Select(r => 1 + (r * 8))];
        Harness.Outcome outcome = Harness.Run(Fixed(x, 13), 13 + rangeBits, 13, (mpc, s) => mpc.UpperBound(s, rows, valid));
        for (int r = 0; r < rows; r++)
        {
            double largest = x.Skip(r * columns).Take(valid[r]).Max();
            Assert.InRange(outcome.Reals[r] - largest, -0.0001, 4.0001);
        }

        Assert.Equal(outcome.Predicted, outcome.Measured);
        Assert.Equal(4, outcome.Measured.Rounds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(77)]
    [InlineData(2048)]
    [InlineData(7001)] // groups that are not full, at more than one level
    public void ArgmaxFindsTheFirstLargest(int n)
    {
        var random = new Random(n);
        long[] x = [.. Enumerable.Range(0, n).Select(_ => (long)random.Next(-30000, 30000))];
        if (n > 70)
        {
            x[70] = x[33] = x[12] = 30000;
        }

        Harness.Outcome outcome = Harness.Run(x, 40, 0, (mpc, s) => mpc.IndexOfLargest(s, 17));
        Assert.Equal(Array.IndexOf(x, x.Max()), outcome.Values[0] & ((1 << Argmax.IndexBits(Math.Max(2, n))) - 1));
        Assert.Equal(outcome.Predicted, outcome.Measured);
        ArgmaxPlan? plan = ArgmaxPlan.For(n, 17);
        Assert.Equal(plan is null ? default : new(plan.Rounds, plan.Bytes(17), plan.Bytes(17), plan.Dealt(17)), outcome.Measured);
    }

    [Fact]
    public void ArgmaxOfRowsSharesRounds()
    {
        const int rows = 3, n = 300;
        var random = new Random(5);
        long[] x = [.. Enumerable.Range(0, rows * n).Select(_ => (long)random.Next(-500, 500))]; // with many equal ones
        Harness.Outcome outcome = Harness.Run(x, 40, 0, (mpc, s) => mpc.IndexOfLargest(s, 12, rows));
        for (int r = 0; r < rows; r++)
        {
            long[] row = x[(r * n)..((r + 1) * n)];
            Assert.Equal(Array.IndexOf(row, row.Max()), outcome.Values[r] & ((1 << Argmax.IndexBits(n)) - 1));
        }

        Assert.Equal(ArgmaxPlan.For(n, 12)!.Rounds, outcome.Measured.Rounds);
        Assert.Equal(outcome.Predicted, outcome.Measured);
    }

    [Fact]
    public void TheChoiceAmongAVocabularyTakesThirteenRounds() =>
        Assert.InRange(ArgmaxPlan.For(49_152, 17)!.Rounds, 1, 13);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(37)]
    public void SignsOverTheWholeRange(int ring)
    {
        int n = 400;
        var random = new Random(ring);
        long half = 1L << (ring - 1);
        long[] x = [.. Enumerable.Range(0, n)
            .Select(i => i switch { 0 => 0, 1 => -1, 2 => half - 1, 3 => -half, _ => random.NextInt64(-half, half) })];
        Harness.Outcome outcome = Harness.Run(x, ring, 0, async (mpc, s) =>
        {
            Comparison.Signs signs = await mpc.Negative(s.Words, ring);
            return new Secret(await mpc.Positive(s.Words, signs, ring), ring, 0);
        });
        Assert.Equal(x.Select(v => Math.Max(v, 0)), outcome.Values);
        Assert.Equal(outcome.Predicted, outcome.Measured);
    }

    [Fact]
    public void NormsOfRowsOfVeryDifferentLength()
    {
        const int columns = 64, rows = 12;
        var random = new Random(9);
        double[] x = [.. Enumerable.Range(0, rows * columns).Select(i => (random.NextDouble() - 0.3) * Math.Pow(2, (i / columns) - 2))];
        foreach (bool centre in new[] { false, true })
        {
            var norm = new UnitNorm(columns, 14, 1.0 / 16, 1 << 26, 1e-5, centre);
            Harness.Outcome outcome = Harness.Run(Fixed(x, 14), 64, 14, (mpc, s) => norm.Evaluate(mpc, s));
            for (int r = 0; r < rows; r++)
            {
                double[] row = x[(r * columns)..((r + 1) * columns)];
                double mean = centre ? row.Average() : 0;
                double length = Math.Sqrt(row.Sum(v => (v - mean) * (v - mean)) + (1e-5 * columns));
                for (int i = 0; i < columns; i++)
                {
                    Assert.InRange(outcome.Reals[(r * columns) + i] - ((row[i] - mean) / length), -4e-4, 4e-4);
                }
            }

            Assert.Equal(outcome.Predicted, outcome.Measured);
        }
    }
}
