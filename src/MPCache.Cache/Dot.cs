using System.Numerics;
using System.Runtime.InteropServices;

namespace MPCache.Cache;

/// <summary>Inner products of rows of equal length, in the two precisions that the rules need.</summary>
internal static class Dot
{
    /// <summary>In single precision: for scores whose order matters, not their third decimal.</summary>
    public static float Single(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        CheckLengths(a, b);
        var va = MemoryMarshal.Cast<float, Vector<float>>(a);
        var vb = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> even = default, odd = default;
        int i = 0;
        for (; i + 1 < va.Length; i += 2)
        {
            even += va[i] * vb[i];
            odd += va[i + 1] * vb[i + 1];
        }

        if (i < va.Length)
        {
            even += va[i] * vb[i];
        }

        float sum = Vector.Sum(even + odd);
        for (int j = va.Length * Vector<float>.Count; j < a.Length; j++)
        {
            sum += a[j] * b[j];
        }

        return sum;
    }

    /// <summary>
    /// In double precision: for softmax without 1/sqrt(d), whose exponents reach hundreds, so that a single-precision sum would move a
    /// probability by a part in a thousand.
    /// </summary>
    public static double Double(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        CheckLengths(a, b);
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }

    /// <summary>sum += row x weight.</summary>
    public static void AddScaled(Span<float> sum, ReadOnlySpan<float> row, float weight)
    {
        var sums = MemoryMarshal.Cast<float, Vector<float>>(sum);
        var rows = MemoryMarshal.Cast<float, Vector<float>>(row);
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += rows[i] * weight;
        }

        for (int i = sums.Length * Vector<float>.Count; i < sum.Length; i++)
        {
            sum[i] += row[i] * weight;
        }
    }

    private static void CheckLengths(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"A query of {a.Length} values meets a key of {b.Length}.");
        }
    }
}
