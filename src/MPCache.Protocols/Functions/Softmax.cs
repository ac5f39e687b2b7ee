using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Softmax in two parts that the caller joins late: the numerators 2^(s - M), and their row sums' reciprocals. Attention multiplies the
/// numerators by V
/// first and divides the head's few sums, not its many probabilities, and the reciprocal is found while the numerators are being opened.
/// </summary>
public static class Softmax
{
    /// <summary>Fractional bits of the numerators.</summary>
    public const int Frac = 20;

    /// <summary>
    /// Numerators for scores (rows x columns) in units of log2, <see cref="Exponential.XFrac"/> fractional bits: in (0, 1], the row's
    /// largest at least 1/16.
    /// Columns from valid[r] on count as absent and get zero. Result in Z_2^<paramref name="ring"/>. Seven rounds.
    /// </summary>
    public static async ValueTask<Secret> Numerators(this Mpc mpc, Secret scores, int rows, int[] valid, int ring)
    {
        int n = scores.Length, columns = n / rows;
        Secret bound = await mpc.UpperBound(scores, rows, valid);
        Words distance = mpc.Take(n);
        if (mpc.Computes)
        {
            for (int r = 0; r < rows; r++)
            {
                Span<ulong> row = distance.Span.Slice(r * columns, columns);
                row.Fill(bound.Words.Span[r]);
                Kernel.Sub(row, row, scores.Words.Span.Slice(r * columns, columns), columns);
            }
        }

        Secret e = await mpc.Exp2Negative(scores with { Words = distance }, Frac);
        Secret wide = await mpc.Widen(e, ring);
        if (mpc.Computes)
        {
            for (int r = 0; r < rows; r++)
            {
                wide.Words.Span.Slice(r * columns, columns)[Math.Min(columns, valid[r])..].Clear();
            }
        }

        return wide;
    }

    /// <summary>Sums of rows (rows x columns): local.</summary>
    public static Secret RowSums(this Mpc mpc, Secret x, int rows)
    {
        int columns = x.Length / rows;
        Words sums = mpc.Take(rows);
        if (mpc.Computes)
        {
            for (int r = 0; r < rows; r++)
            {
                ulong sum = 0;
                foreach (ulong word in x.Words.Span.Slice(r * columns, columns))
                {
                    sum += word;
                }

                sums.Span[r] = sum;
            }
        }

        return x with { Words = sums };
    }
}
