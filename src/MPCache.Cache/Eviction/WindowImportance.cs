namespace MPCache.Cache;

/// <summary>
/// How much the queries of the observation window, the last of the prompt, attend to each prompt token. Queries have shape (heads, w, d),
/// keys (key heads, T, d); query j stands at position T - w + j. Results hold one value a token.
/// </summary>
public static class WindowImportance
{
    /// <summary>
    /// softmax(q k / sqrt(d) + causal mask), mean over heads, sum over the window (paper, section 4.1). The values add up to w.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or the window is longer than the prompt.</exception>
    public static double[] Summed(HeadRows queries, HeadRows keys)
    {
        CheckShapes(queries, keys);
        return Summed(queries, keys, 0, queries.Heads);
    }

    /// <summary>The same for each key head, mean over the query heads that read it.</summary>
    /// <inheritdoc cref="Summed(HeadRows, HeadRows)"/>
    public static double[][] SummedByKeyHead(HeadRows queries, HeadRows keys)
    {
        CheckShapes(queries, keys);
        int together = queries.Heads / keys.Heads;
        return [.. Enumerable.Range(0, keys.Heads).Select(g => Summed(queries, keys, g * together, together))];
    }

    /// <summary>softmax(q k), without scale and without mask, mean over heads, the largest over the window (reference code).</summary>
    /// <inheritdoc cref="Summed(HeadRows, HeadRows)"/>
    public static double[] Largest(HeadRows queries, HeadRows keys)
    {
        CheckShapes(queries, keys);
        var largest = new double[keys.Rows];
        var scores = new double[keys.Rows];
        var mean = new double[keys.Rows];
        for (int j = 0; j < queries.Rows; j++)
        {
            Array.Clear(mean);
            for (int h = 0; h < queries.Heads; h++)
            {
                int keyHead = keys.KeyHeadOf(h, queries.Heads);
                ReadOnlySpan<float> query = queries.Row(h, j);
                for (int t = 0; t < scores.Length; t++)
                {
                    scores[t] = Dot.Double(query, keys.Row(keyHead, t));
                }
                AddSoftmax(scores, mean, 1.0 / queries.Heads);
            }
            for (int t = 0; t < mean.Length; t++)
            {
                largest[t] = Math.Max(largest[t], mean[t]);
            }
        }
        return largest;
    }

    /// <summary>The mean over the <paramref name="width"/> tokens around each token; at the ends over those that exist.</summary>
    /// <exception cref="ArgumentException">The width is not an odd number above 0.</exception>
    public static double[] Pooled(ReadOnlySpan<double> importance, int width)
    {
        if (width < 1 || width % 2 == 0)
        {
            throw new ArgumentException($"Pooling over {width} tokens has no centre: use an odd number.", nameof(width));
        }
        var pooled = new double[importance.Length];
        for (int t = 0; t < pooled.Length; t++)
        {
            int from = Math.Max(0, t - width / 2), to = Math.Min(pooled.Length, t + width / 2 + 1);
            double sum = 0;
            for (int i = from; i < to; i++)
            {
                sum += importance[i];
            }
            pooled[t] = sum / (to - from);
        }
        return pooled;
    }

    /// <summary>The sum over each token and the <paramref name="reach"/> tokens before it, of which those that <paramref name="alwaysKept"/> names count nothing.</summary>
    public static double[] HandedOn(ReadOnlySpan<double> importance, int reach, Func<int, bool> alwaysKept)
    {
        // Summed anew for each token: a running sum would leave rounding errors behind, and ties would fall otherwise.
        var handed = new double[importance.Length];
        for (int t = 0; t < handed.Length; t++)
        {
            for (int i = Math.Max(0, t - reach); i <= t; i++)
            {
                handed[t] += alwaysKept(i) ? 0 : importance[i];
            }
        }
        return handed;
    }

    private static double[] Summed(HeadRows queries, HeadRows keys, int firstHead, int heads)
    {
        var importance = new double[keys.Rows];
        var scores = new double[keys.Rows];
        double scale = 1 / Math.Sqrt(keys.Width);
        for (int h = firstHead; h < firstHead + heads; h++)
        {
            int keyHead = keys.KeyHeadOf(h, queries.Heads);
            for (int j = 0; j < queries.Rows; j++)
            {
                Span<double> seen = scores.AsSpan(0, keys.Rows - queries.Rows + j + 1);
                ReadOnlySpan<float> query = queries.Row(h, j);
                for (int t = 0; t < seen.Length; t++)
                {
                    seen[t] = scale * Dot.Single(query, keys.Row(keyHead, t));
                }
                AddSoftmax(seen, importance, 1.0 / heads);
            }
        }
        return importance;
    }

    private static void AddSoftmax(Span<double> scores, double[] into, double weight)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double score in scores)
        {
            largest = Math.Max(largest, score);
        }
        for (int t = 0; t < scores.Length; t++)
        {
            sum += scores[t] = Math.Exp(scores[t] - largest);
        }
        double factor = weight / sum;
        for (int t = 0; t < scores.Length; t++)
        {
            into[t] += scores[t] * factor;
        }
    }

    private static void CheckShapes(HeadRows queries, HeadRows keys)
    {
        if (queries.Width != keys.Width || queries.Heads % keys.Heads != 0 || queries.Rows > keys.Rows)
        {
            throw new ArgumentException(
                $"Window queries ({queries.Heads}, {queries.Rows}, {queries.Width}) do not fit prompt keys ({keys.Heads}, {keys.Rows}, {keys.Width}).");
        }
    }
}
