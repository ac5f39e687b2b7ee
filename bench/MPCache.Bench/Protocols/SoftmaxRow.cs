using MPCache.Protocols;


namespace MPCache.Bench;

/// <summary>Softmax to the end: attention divides after its weighted sum instead, which is cheaper.</summary>
internal static class SoftmaxRow
{
    private const int Ring = 48;           // numerators, and their product with the reciprocal
    private const int ReciprocalFrac = 22; // a probability's error from it is at most 2^-22

    public static ProtocolRow Create(int rows, int columns)
    {
        int[] valid = [.. Enumerable.Repeat(columns, rows)];
        int bits = System.Numerics.BitOperations.Log2((uint)columns) + 1;
        var reciprocal = Normalisation.Reciprocal(Softmax.Frac - 5, Softmax.Frac + bits);
        return new($"softmax-{rows}x{columns}", rows * columns, Exponential.Ring(8), Exponential
            .XFrac, () => Scores(rows * columns), _ => async (mpc, scores) =>
        {
            Secret numerators = await mpc.Numerators(scores, rows, valid, Ring);
            ValueTask<Lifted> factor = Factor(mpc, reciprocal, mpc.RowSums(numerators, rows));
            Masked masked = await mpc.Mask(numerators);
            return await mpc.Truncate(mpc.MultiplyRows(masked, await factor), Softmax.Frac, 64);
        }, x => [.. x.Chunk(columns).SelectMany(Exact)])
        {
            Whole = true,
        };
    }

    private static async ValueTask<Lifted> Factor(Mpc mpc, Normalisation reciprocal, Secret sums)
    {
        Secret found = await reciprocal.Evaluate(mpc, sums);
        return await mpc.Lift(mpc.Shrink(found, found.Frac - ReciprocalFrac), Ring);
    }

    /// <summary>
    /// Scores in units of log2, within 32 of zero: the peak of a row holds most of its weight or little, as chance has it.
    /// </summary>
    private static long[] Scores(int n)
    {
        var random = new Random(n);
        return [.. Enumerable.Range(0, n).Select(_ => (long)Math.ScaleB(
            random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2,
            Exponential.XFrac + 4))];
    }

    private static IEnumerable<double> Exact(double[] row)
    {
        double top = row.Max(), sum = row.Sum(v => Math.Pow(2, v - top));
        return row.Select(v => Math.Pow(2, v - top) / sum);
    }
}
