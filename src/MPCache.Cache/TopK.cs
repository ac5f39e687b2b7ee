namespace MPCache.Cache;

/// <summary>The k largest of a list, with a rule for ties: of equal scores the lower position wins, so that a secret ranking leaks nothing and every engine agrees.</summary>
public static class TopK
{
    /// <summary>Positions of the <paramref name="count"/> largest scores, in ascending order of position; all of them when there are fewer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    /// <exception cref="ArgumentException">A score is not a number.</exception>
    public static int[] Of(ReadOnlySpan<double> scores, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var order = new int[scores.Length];
        var keys = new double[scores.Length];
        for (int i = 0; i < order.Length; i++)
        {
            if (double.IsNaN(scores[i]))
            {
                throw new ArgumentException($"Score {i} is not a number.", nameof(scores));
            }
            order[i] = i;
            keys[i] = scores[i];
        }
        Array.Sort(order, (a, b) => keys[b].CompareTo(keys[a]) is var c && c != 0 ? c : a - b);
        int[] top = order[..Math.Min(count, order.Length)];
        Array.Sort(top);
        return top;
    }
}
