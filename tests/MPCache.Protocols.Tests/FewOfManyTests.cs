using MPCache.Protocols;

namespace MPCache.Protocols.Tests;

/// <summary>The few largest of many, and what is drawn among them.</summary>
public class FewOfManyTests
{
    private const int Ring = 18;

    [Theory]
    [InlineData(5000, 3)]
    [InlineData(1030, 40)]
    [InlineData(4097, 1)]
    [InlineData(333, 10)]
    [InlineData(64, 2)]
    [InlineData(9, 9)]
    public void TheLargestAreFoundAndCostWhatWasPredicted(int n, int k)
    {
        var random = new Random(n + k);
        long[] keys = [.. Enumerable.Range(0, n).Select(_ => random.NextInt64(-(1 << (Ring - 2)) + 1, 1 << (Ring - 2)))];
        Harness.Outcome outcome = Run(keys);
        int indexBits = TopK.IndexBits(n);
        Assert.Equal(keys.OrderDescending().Take(k).Order(), outcome.Values.Select(v => v >> indexBits).Order());
        Assert.Equal(outcome.Predicted, outcome.Measured);

        // Nothing of the keys shows in what it costs: equal and ordered keys cost the same.
        Assert.Equal(outcome.Measured, Run(new long[n]).Measured);
        Assert.Equal(outcome.Measured, Run([.. Enumerable.Range(0, n).Select(i => (long)i)]).Measured);

        Harness.Outcome Run(long[] x) => Harness.Run(x, Ring, 0, async (mpc, values) =>
        {
            Secret shuffled = await mpc.Shuffle(mpc.Distinct(values, Ring, n), mpc.DrawPermutation(n), 1);
            int[]? all = mpc.Computes ? [.. Enumerable.Range(0, n)] : null;
            int[]? places = await mpc.FewLargestOfShuffled(shuffled, all, n, k);
            return mpc.Gather(shuffled, 1, n, k, places is null ? null : [places]);
        });
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(7, false)]
    [InlineData(7, true)]
    [InlineData(60, true)]
    public void TheDrawnOneIsTheLargestSumAmongTheCandidatesThatCount(int k, bool cut)
    {
        const int n = 500, frac = 6, turns = 12;
        for (int turn = 0; turn < turns; turn++)
        {
            var random = new Random(turn);
            long[] values = [.. Enumerable.Range(0, n).Select(_ => random.NextInt64(-300, 300))];
            long[] noise = [.. Enumerable.Range(0, n).Select(_ => random.NextInt64(-600, 600))];
            double mass = cut && turn % 2 == 0 ? 0.3 + (0.05 * turn) : 2, distance = cut && turn % 3 == 0 ? 1.5 : 4096;
            Harness.Outcome outcome = Harness.Run(
                [.. values, .. noise],
                Ring,
                frac,
                (mpc, x) => mpc.IndexOfDrawn(x.Slice(0, n), x.Slice(n, n), Ring, k, cut ? Cuts(mpc, mass, distance) : null),
                seed: (ulong)turn + 1);
            int expected = Expected(values, noise, k, mass, distance);
            Assert.Equal(expected, (int)outcome.Values[0] & ((1 << TopK.IndexBits(n)) - 1));
            Assert.Equal(expected, (int)outcome.Clear[0] & ((1 << TopK.IndexBits(n)) - 1));
            Assert.Equal(outcome.Predicted, outcome.Measured);
        }

        static int Expected(long[] values, long[] noise, int k, double mass, double distance)
        {
            int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => values[i]).Take(k)];
            double Odds(int i) => Math.Exp(Math.ScaleB((double)(values[i] - values[order[0]]), -frac));
            double all = order.Sum(Odds), before = 0;
            int best = order[0];
            foreach (int i in order)
            {
                if (before < mass * all && -Math.Log2(Odds(i)) <= distance && values[i] + noise[i] > values[best] + noise[best])
                {
                    best = i;
                }

                before += Odds(i);
            }

            return best;
        }
    }

    private static CandidateCuts Cuts(Mpc mpc, double mass, double distance)
    {
        Secret One(double value, int ring, int frac)
        {
            Words words = mpc.Zeros(1);
            if (mpc.AddsPublic == 1)
            {
                words.Span[0] = (ulong)(long)Math.Round(Math.ScaleB(value, frac));
            }

            return new Secret(words, ring, frac);
        }

        return new CandidateCuts(
            One(mass, CandidateCuts.MassRing, CandidateCuts.MassFrac),
            One(distance, CandidateDraw.CutRing, Exponential.XFrac));
    }
}
