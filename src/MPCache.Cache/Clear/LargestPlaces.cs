namespace MPCache.Cache;

/// <summary>
/// The k largest of a list, with a rule for ties: of equal values the lower place wins, so that a secret ranking leaks nothing and every
/// engine agrees.
/// </summary>
public static class LargestPlaces
{
    /// <summary>Places of the <paramref name="count"/> largest values, ascending; all of them when there are fewer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    /// <exception cref="ArgumentException">A value is not a number.</exception>
    public static int[] Of(ReadOnlySpan<float> values, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        float[] keys = values.ToArray();
        int[] order = [.. Enumerable.Range(0, keys.Length)];
        if (Array.FindIndex(keys, float.IsNaN) is >= 0 and int wrong)
        {
            throw new ArgumentException($"Value {wrong} is not a number.", nameof(values));
        }

        Array.Sort(order, (a, b) => keys[b].CompareTo(keys[a]) is var c && c != 0 ? c : a - b);
        int[] largest = order[..Math.Min(count, order.Length)];
        Array.Sort(largest);
        return largest;
    }
}
