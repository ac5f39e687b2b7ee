using System.Numerics;
using System.Runtime.InteropServices;

namespace MPCache.Cache;

/// <summary>
/// Scores of clusters of adjacent cached tokens against the queries of one step, for one layer (paper, section 4.2). What depends on the
/// keys
/// alone, the maxima and minima of a cluster, is computed once for all query heads that share a key head.
/// </summary>
internal sealed class ReferenceScores(ClusterRule rule, HeadRows keys)
{
    private readonly Dictionary<(int KeyHead, int Size), (float[] Max, float[] Min)> _bounds = [];

    /// <summary>
    /// Adds the score of each cluster of <paramref name="size"/> tokens, for one query of d values, to <paramref name="into"/>.
    /// </summary>
    public void Add(ReadOnlySpan<float> query, int keyHead, int size, Span<float> into)
    {
        if (rule.Score == ClusterScore.Bound)
        {
            AddBound(query, keyHead, size, into);
        }
        else
        {
            AddExact(query, keyHead, size, into);
        }
    }

    private void AddBound(ReadOnlySpan<float> query, int keyHead, int size, Span<float> into)
    {
        var (max, min) = Bounds(keyHead, size);
        for (int c = 0; c < into.Length; c++)
        {
            double sum = 0;
            for (int i = 0; i < query.Length; i++)
            {
                sum += Math.Max(query[i] * max[c * keys.Width + i], query[i] * min[c * keys.Width + i]);
            }

            into[c] += (float)sum;
        }
    }

    private void AddExact(ReadOnlySpan<float> query, int keyHead, int size, Span<float> into)
    {
        Span<double> scores = size <= 256 ? stackalloc double[size] : new double[size];
        for (int c = 0; c < into.Length; c++)
        {
            Span<double> own = scores[..Math.Min(size, keys.Rows - c * size)];
            for (int t = 0; t < own.Length; t++)
            {
                own[t] = Dot.Single(query, keys.Row(keyHead, c * size + t));
            }

            into[c] += (float)(rule.Score switch
            {
                ClusterScore.Mean => Sum(own) / own.Length,
                ClusterScore.Max => Largest(own),
                _ => LogSumExp(own, 1 / Math.Sqrt(keys.Width)),
            });
        }
    }

    /// <summary>Maxima and minima of each cluster's keys, shape (clusters, d).</summary>
    private (float[] Max, float[] Min) Bounds(int keyHead, int size)
    {
        if (_bounds.TryGetValue((keyHead, size), out var known))
        {
            return known;
        }

        int clusters = (keys.Rows + size - 1) / size;
        var max = new float[clusters * keys.Width];
        var min = new float[clusters * keys.Width];
        for (int c = 0; c < clusters; c++)
        {
            // An incomplete last cluster is padded with the tokens before it (reference code), so it spans the last `size` tokens.
            int to = Math.Min((c + 1) * size, keys.Rows), from = Math.Max(0, to == keys.Rows ? to - size : c * size);
            Span<float> high = max.AsSpan(c * keys.Width, keys.Width), low = min.AsSpan(c * keys.Width, keys.Width);
            keys.Row(keyHead, from).CopyTo(high);
            keys.Row(keyHead, from).CopyTo(low);
            for (int t = from + 1; t < to; t++)
            {
                Widen(keys.Row(keyHead, t), high, low);
            }
        }

        _bounds.Add((keyHead, size), (max, min));
        return (max, min);
    }

    private static void Widen(ReadOnlySpan<float> row, Span<float> high, Span<float> low)
    {
        var rows = MemoryMarshal.Cast<float, Vector<float>>(row);
        var highs = MemoryMarshal.Cast<float, Vector<float>>(high);
        var lows = MemoryMarshal.Cast<float, Vector<float>>(low);
        for (int i = 0; i < rows.Length; i++)
        {
            highs[i] = Vector.Max(highs[i], rows[i]);
            lows[i] = Vector.Min(lows[i], rows[i]);
        }

        for (int i = rows.Length * Vector<float>.Count; i < row.Length; i++)
        {
            high[i] = Math.Max(high[i], row[i]);
            low[i] = Math.Min(low[i], row[i]);
        }
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static double Largest(ReadOnlySpan<double> values)
    {
        double largest = double.NegativeInfinity;
        foreach (double value in values)
        {
            largest = Math.Max(largest, value);
        }

        return largest;
    }

    private static double LogSumExp(ReadOnlySpan<double> values, double scale)
    {
        double largest = Largest(values), sum = 0;
        foreach (double value in values)
        {
            sum += Math.Exp(scale * (value - largest));
        }

        return scale * largest + Math.Log(sum);
    }
}
