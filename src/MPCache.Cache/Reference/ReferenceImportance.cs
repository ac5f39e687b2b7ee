namespace MPCache.Cache;

/// <summary>
/// How much the queries of the observation window, the last of the prompt, attend to each prompt token. Queries have shape (heads, w, d),
/// keys (key heads, T, d); query j stands at position T - w + j. Results hold one value a token.
/// </summary>
internal static class ReferenceImportance
{
    /// <summary>softmax(q k), without scale and without mask, mean over heads, the largest over the window (reference code).</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or the window is longer than the prompt.</exception>
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
                $"Window queries ({queries.Heads}, {queries.Rows}, {queries.Width}) do not fit prompt keys ({keys.Heads}, {keys.Rows}, "
                    + $"{keys.Width}).");
        }
    }
}
