using MPCache.Protocols;

namespace MPCache.Protocols.Tests;

public class ArithmeticTests
{
    private static long[] Randoms(int n, int bits, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => random.NextInt64(-(1L << (bits - 1)), 1L << (bits - 1)))];
    }

    [Theory]
    [InlineData(1, 64, 16)]
    [InlineData(64, 64, 14)]
    [InlineData(1000, 64, 30)]
    [InlineData(777, 48, 14)]
    [InlineData(65, 32, 5)]
    public void TruncationIsWithinOneUnitOverTheWholeRange(int n, int ring, int shift)
    {
        long[] x = Randoms(n, ring - 2, n);
        x[0] = (1L << (ring - 3)) - 1;
        x[^1] = -(1L << (ring - 3));
        Harness.Outcome outcome = Harness.Run(x, ring, shift, (mpc, s) => mpc.Truncate(s, 0, 64));
        for (int i = 0; i < n; i++)
        {
            double exact = Math.ScaleB((double)x[i], -shift);
            Assert.InRange(outcome.Values[i] - exact, -1.0000001, 1.0000001);
            Assert.InRange(outcome.Clear[i] - exact, -0.5000001, 0.5000001);
        }

        Assert.Equal(outcome.Predicted, outcome.Measured);
        Assert.Equal(1, outcome.Measured.Rounds);
        Assert.Equal((n + 7) / 8, outcome.Measured.ToServer);
    }

    [Theory]
    [InlineData(5, 64)]
    [InlineData(200, 40)]
    public void ProductsOfMaskedSecretsAreExact(int n, int ring)
    {
        long[] x = Randoms(2 * n, 18, 3);
        Harness.Outcome outcome = Harness.Run(x, ring, 0, async (mpc, s) =>
        {
            Masked m = await mpc.Mask(s);
            return mpc.Multiply(m.Slice(0, n), m.Slice(n, n));
        });
        for (int i = 0; i < n; i++)
        {
            Assert.Equal(x[i] * x[n + i], outcome.Values[i]);
            Assert.Equal(x[i] * x[n + i], outcome.Clear[i]);
        }

        Assert.Equal(outcome.Predicted, outcome.Measured);
        Assert.Equal(2L * n * ring / 8, outcome.Measured.ToServer);
        Assert.Equal((long)n * ring / 8, outcome.Measured.Dealt);
    }

    [Fact]
    public void MatrixProductsAreExact()
    {
        const int m = 5, n = 7, k = 16;
        long[] x = Randoms((m * k) + (n * k), 16, 4);
        foreach (bool transposed in new[] { true, false })
        {
            Harness.Outcome outcome = Harness.Run(x, 48, 0, async (mpc, s) =>
            {
                Masked all = await mpc.Mask(s);
                Masked a = all.Slice(0, m * k), b = all.Slice(m * k, n * k);
                return transposed ? mpc.MultiplyTransposed(a, b, m, n, k) : mpc.MultiplyMatrix(a, b, m, n, k);
            });
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    long exact = Enumerable.Range(0, k).Sum(t => x[(i * k) + t] * x[(m * k) + (transposed ? (j * k) + t : (t * n) + j)]);
                    Assert.Equal(exact, outcome.Values[(i * n) + j]);
                    Assert.Equal(exact, outcome.Clear[(i * n) + j]);
                }
            }

            Assert.Equal(outcome.Predicted, outcome.Measured);
        }
    }
}
