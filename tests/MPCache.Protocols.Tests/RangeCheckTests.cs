using MPCache.Protocols;

namespace MPCache.Protocols.Tests;

/// <summary>What left its range is told, what did not is not, on shares and in the clear.</summary>
public class RangeCheckTests
{
    private static long Fixed(double x, int frac) => (long)Math.Round(Math.ScaleB(x, frac));

    /// <summary>Runs a protocol on one odd element among ordinary ones and returns what the check says.</summary>
    private static void Holds(
        double odd,
        bool departs,
        int n,
        double ordinary,
        int ring,
        int frac,
        Func<Mpc, Secret, ValueTask> protocol,
        int seeds = 2)
    {
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            long[] x = [.. Enumerable.Range(0, n).Select(i => Fixed(i == n / 2 ? odd : ordinary, frac))];
            Harness.Outcome outcome = Harness.Run(x, ring, frac, async (mpc, s) =>
            {
                await protocol(mpc, s);
                return await mpc.Ranges.Close();
            }, seed);
            Assert.True(departs == (outcome.Values[0] != 0), $"{odd} on shares: {outcome.Values[0]}");
            Assert.True(departs == (outcome.Clear[0] != 0), $"{odd} in the clear: {outcome.Clear[0]}");
            Assert.Equal(outcome.Predicted, outcome.Measured);
        }
    }

    public static IEnumerable<object[]> Scores => from bits in new[] { 7, 8, 9, 11 }
                                                  from part in new[] {
                                                      -1.24,
                                                      -1.0,
                                                      -0.9,
                                                      -0.76,
                                                      -0.7,
                                                      -0.3,
                                                      0,
                                                      0.5,
                                                      0.7,
                                                      0.76,
                                                      0.99,
                                                      1.0,
                                                      1.01,
                                                      1.24 }
                                                  select new object[] { bits, part };

    [Theory]
    [MemberData(nameof(Scores))]
    public void ScoresOutsideThreeQuartersOfTheRing(int bits, double part)
    {
        // 70 rows of 3; only what a row counts counts.
        double half = Math.Pow(2, bits - 1);
        bool departs = Math.Abs(part) > 0.75;
        Holds(
            part * half,
            departs,
            210,
            half / 4,
            13 + bits,
            13,
            async (mpc, s) => await mpc.UpperBound(s, 70, [.. Enumerable.Repeat(3, 70)]),
            seeds: 1);
        Holds(part * half, false, 3, half / 4, 13 + bits, 13, async (mpc, s) => await mpc.UpperBound(s, 1, [1]), seeds: 1);
    }

    [Theory]
    [InlineData(1.0, false)] // sum of squares 65 to 2^20 is the range
    [InlineData(900, false)]
    [InlineData(1100, true)]
    [InlineData(5000, true)]
    [InlineData(100_000, true)]
    [InlineData(150_000, true)]
    public void RowsThatAreTooLong(double odd, bool departs)
    {
        foreach (bool centre in new[] { false, true })
        {
            var norm = new UnitNorm(64, 14, 4, 1 << 20, 1e-5, centre);
            Holds(odd, departs, 640, centre ? 0 : 1, 64, 14, async (mpc, s) => await norm.Evaluate(mpc, centre ? Spread(mpc, s) : s));
        }
    }

    [Theory]
    [InlineData(1 << 6, false)]
    [InlineData(1 << 16, true)]
    public void RowsThatAreTooShort(double smallest, bool departs)
    {
        var norm = new UnitNorm(64, 14, smallest, 1 << 20, 1e-5, centre: false);
        Holds(1, departs, 640, 1, 64, 14, async (mpc, s) => await norm.Evaluate(mpc, s));
    }

    public static IEnumerable<object[]> Arguments => from bits in new[] { 4, 5, 7 }
                                                     from part in new[] {
                                                         -5.9,
                                                         -3.0,
                                                         -1.3,
                                                         -1.01,
                                                         -0.74,
                                                         0,
                                                         0.3,
                                                         0.74,
                                                         1.0,
                                                         1.1,
                                                         1.26,
                                                         2.0,
                                                         3.9,
                                                         4.0,
                                                         5.9 }
                                                     select new object[] { bits, part };

    [Theory]
    [MemberData(nameof(Arguments))]
    public void ArgumentsOutsideTheTable(int bits, double part)
    {
        Activation table = Activation.Silu(bits);
        Holds(
            part * Math.Pow(2, bits),
            Math.Abs(part) >= 1,
            130,
            -0.4,
            44,
            Activation.XFrac,
            async (mpc, s) => await table.Evaluate(mpc, s),
            seeds: 1);
    }

    [Fact]
    public void AskingStartsAnew()
    {
        Activation table = Activation.Silu(4);
        long[] x = [.. Enumerable.Repeat(Fixed(20, Activation.XFrac), 3)];
        Harness.Outcome outcome = Harness.Run(x, 44, Activation.XFrac, async (mpc, s) =>
        {
            await table.Evaluate(mpc, s);
            Secret first = await mpc.Ranges.Close(), second = await mpc.Ranges.Close();
            Words both = mpc.Take(2);
            if (mpc.Computes)
            {
                (both.Span[0], both.Span[1]) = (first.Words.Span[0], second.Words.Span[0]);
            }

            return new Secret(both, 1, 0);
        });
        Assert.Equal([-1, 0], outcome.Values); // 1 in a ring of one bit reads as -1
        Assert.Equal([-1, 0], outcome.Clear);
    }

    /// <summary>Rows of alternating sign, so that no mean is left.</summary>
    private static Secret Spread(Mpc mpc, Secret x)
    {
        Words y = mpc.Take(x.Length);
        for (int i = 0; mpc.Computes && i < x.Length; i++)
        {
            y.Span[i] = x.Words.Span[i] + (mpc.AddsPublic * (ulong)(long)((i % 2 == 0 ? 1 : -1) << 14));
        }

        return x with { Words = y };
    }
}
