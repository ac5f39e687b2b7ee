using MPCache.Protocols;

namespace MPCache.Protocols.Tests;

public class TopKTests
{
    private const int Ring = 22;

    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 1, 5, 0 }, { 3, 6, 6 }, { 2, 7, 3 }, { 9, 64, 8 }, { 3, 512, 50 }, { 1, 512, 511 }, { 2, 700, 1 }, {
            1,
            1000,
            333 }, { 1, 2048, 400 },
        { 6, 244, 52 }, { 3, 256, 77 }, { 2, 100, 30 }, { 2, 150, 149 }, { 2, 333, 111 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void TheLargestAreFoundAndCostWhatThePlanSays(int rows, int n, int k)
    {
        var random = new Random(n + k);
        long[] keys = [.. Enumerable.Range(0, rows * n).Select(_ => random.NextInt64(-(1 << (Ring - 2)) + 1, 1 << (Ring - 2)))];
        Harness.Outcome outcome = Run(keys, rows, k);
        for (int r = 0; r < rows; r++)
        {
            Assert.Equal(keys.Skip(r * n).Take(n).OrderDescending().Take(k).Order(), outcome.Values.Skip(r * k).Take(k).Order());
        }

        Assert.Equal(outcome.Predicted, outcome.Measured);
        var plan = TopKPlan.For(n, k, Ring + TopK.IndexBits(n), rows);
        Assert.Equal(2 + plan.Rounds, outcome.Measured.Rounds);
        int ring = Ring + TopK.IndexBits(n);
        double shuffle = 2.0 * rows * n * ((ring + 7) / 8), declared = shuffle + (rows * plan.Bits(ring) / 8.0);
        Assert.InRange(outcome.Measured.Online, declared, declared * 1.02 + 2_000); // planes are whole words
    }

    [Theory]
    [InlineData(12, 233, 49)]
    [InlineData(6, 245, 74)]
    [InlineData(2, 512, 100)]
    public void MostlyZeroKeysAsImportancesAre(int rows, int n, int k)
    {
        var random = new Random(n);
        long[] keys = [.. Enumerable.Range(0, rows * n)
            .Select(_ => random.Next(4) > 0 ? random.Next(-1, 2) : random.NextInt64(0, 1 << 19))];
        Harness.Outcome outcome = Run(keys, rows, k);
        for (int r = 0; r < rows; r++)
        {
            Assert.Equal(keys.Skip(r * n).Take(n).OrderDescending().Take(k).Order(), outcome.Values.Skip(r * k).Take(k).Order());
        }
    }

    [Fact]
    public void KeysThatRunInOrderOrAreEqualCostTheSame()
    {
        const int n = 512, k = 50;
        long[] rising = [.. Enumerable.Range(0, n).Select(i => (long)i)], equal = new long[n], falling = [.. rising.Reverse()];
        Cost[] costs = [.. new[] { rising, equal, falling }.Select(keys => Run(keys, 1, k).Measured)];
        Assert.Equal(costs[0], costs[1]);
        Assert.Equal(costs[0], costs[2]);
    }

    [Fact]
    public void OfEqualKeysTheFirstWin()
    {
        // The payload is the index: of 40 keys, 10 to 19 are largest and equal; 4 of them are wanted.
        const int n = 40, k = 4;
        long[] keys = [.. Enumerable.Range(0, n).Select(i => i is >= 10 and < 20 ? 5L : -(long)i)];
        Harness.Outcome outcome = Harness.Run(keys, Ring, 0, async (mpc, x) =>
        {
            SecretPermutation order = mpc.DrawPermutation(n);
            int[][]? places = await mpc.Largest(x, order, 1, k);
            Words index = mpc.Zeros(n);
            for (ulong i = 0; mpc.AddsPublic == 1 && i < n; i++)
            {
                index.Span[(int)i] = i;
            }

            return Take(mpc, await mpc.Shuffle(new Secret(index, Ring, 0), order, 1), places, 1, k);
        });
        Assert.Equal([10L, 11, 12, 13], outcome.Values.Order());
    }

    [Fact]
    public void WhatIsOpenedOfEqualKeysIsARandomOrder()
    {
        // Without the index as lowest bits the winner among equal keys would always stand first after the shuffle.
        int[] counts = new int[8];
        for (ulong seed = 1; seed <= 400; seed++)
        {
            int winner = -1;
            Harness.Run(new long[8], Ring, 0, async (mpc, x) =>
            {
                int[][]? places = await mpc.Largest(x, mpc.DrawPermutation(8), 1, 1);
                if (mpc.Role == Role.Client)
                {
                    winner = places![0][0];
                }

                return x;
            }, seed);
            counts[winner]++;
        }

        double chi = counts.Sum(c => (c - 50.0) * (c - 50.0) / 50);
        Assert.True(chi < 35, $"chi-squared {chi:F1} over 8 cells");
    }

    [Fact]
    public void AShuffleOfWhatIsOpenUnderAMaskMovesTheSameRowsForHalfTheBytes()
    {
        long[] x = [.. Enumerable.Range(0, 90).Select(i => (long)i)];
        Harness.Outcome outcome = Harness.Run(x, 40, 0, async (mpc, s) =>
        {
            SecretPermutation order = mpc.DrawPermutation(10, 3);
            Masked masked = await mpc.Mask(s);
            Secret a = await mpc.Shuffle(masked, order, 3), b = await mpc.Shuffle(s, order, 3);
            Words both = mpc.Take(2 * s.Length);
            if (mpc.Computes)
            {
                a.Words.Span.CopyTo(both.Span);
                b.Words.Span.CopyTo(both.Span[s.Length..]);
            }

            return s with { Words = both };
        });
        Assert.Equal(outcome.Values[..90], outcome.Values[90..]);
        Assert.Equal(x, outcome.Values[..90].Order());
        for (int block = 0; block < 3; block++)
        {
            Assert.All(outcome.Values[(block * 30)..((block + 1) * 30)], v => Assert.InRange(v, block * 30, (block * 30) + 29));
        }

        Assert.Equal(outcome.Predicted, outcome.Measured);
        Assert.Equal(90 * 5 * (2 + 1 + 2), outcome.Measured.Online);
    }

    /// <summary>Keys at the places found: rows x k; the costs are those of finding them.</summary>
    private static Harness.Outcome Run(long[] keys, int rows, int k)
    {
        Harness.Outcome outcome = Harness.Run(keys, Ring, 0, async (mpc, x) =>
        {
            SecretPermutation order = mpc.DrawPermutation(x.Length / rows, rows);
            ValueTask<Secret> payload = mpc.Shuffle(x, order, 1);
            int[][]? places = await mpc.Largest(x, order, rows, k);
            return Take(mpc, await payload, places, rows, k);
        });
        return outcome with
        {
            Measured = WithoutPayload(outcome.Measured, keys
            .Length),
            Predicted = WithoutPayload(outcome.Predicted, keys.Length)
        };
    }

    private static Cost WithoutPayload(Cost cost, int n) => cost - new Cost(0, n * 3, n * 3, 0);

    private static Secret Take(Mpc mpc, Secret shuffled, int[][]? places, int rows, int k)
    {
        Words taken = mpc.Take(rows * k);
        for (int r = 0; places is not null && r < rows; r++)
        {
            for (int i = 0; i < k; i++)
            {
                taken.Span[(r * k) + i] = shuffled.Words.Span[(r * shuffled.Length / rows) + places[r][i]];
            }
        }

        return shuffled with { Words = taken };
    }

    [Fact]
    public void PlansAreNotRememberedWithoutEnd()
    {
        TopKPlan first = TopKPlan.For(400, 40, 25, 1);
        for (int rows = 1; rows <= 300; rows++)
        {
            _ = TopKPlan.For(200, 20, 25, rows);
        }

        Assert.InRange(TopKPlan.Remembered, 1, TopKPlan.MostKnown + 2000);
        Assert.Equal(first, TopKPlan.For(400, 40, 25, 1));
    }
}
