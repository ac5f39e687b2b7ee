using System.Numerics;
using System.Runtime.InteropServices;

namespace MPCache.Inference;

/// <summary>Products in single precision, for the plaintext engine.</summary>
internal static class FloatMatrix
{
    private const int RowsAtOnce = 4;

    /// <summary>Y (m x n) = X (m x k) W^T (n x k) + bias (n or empty).</summary>
    public static float[] Multiply(ReadOnlyMemory<float> x, FoldedMatrix w, int m)
    {
        int n = w.Rows, k = w.Columns;
        float[] y = new float[m * n];
        int piece = Math.Max(16, n / (4 * Environment.ProcessorCount));
        Parallel.For(0, (n + piece - 1) / piece, p =>
        {
            ReadOnlySpan<float> values = w.Values, rows = x.Span;
            for (int j = p * piece; j < Math.Min(n, (p + 1) * piece); j++)
            {
                ReadOnlySpan<float> row = values.Slice(j * k, k);
                float bias = w.Bias?[j] ?? 0;
                int i = 0;
                for (; i + RowsAtOnce <= m; i += RowsAtOnce)
                {
                    Dot4(rows.Slice(i * k, RowsAtOnce * k), row, y.AsSpan((i * n) + j), n, bias);
                }

                for (; i < m; i++)
                {
                    y[(i * n) + j] = Dot(rows.Slice(i * k, k), row) + bias;
                }
            }
        });
        return y;
    }

    /// <summary>Inner product.</summary>
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ReadOnlySpan<Vector<float>> vx = MemoryMarshal.Cast<float, Vector<float>>(x), vy = MemoryMarshal.Cast<float, Vector<float>>(y);
        Vector<float> a = default, b = default;
        int i = 0;
        for (; i + 2 <= vx.Length; i += 2)
        {
            a += vx[i] * vy[i];
            b += vx[i + 1] * vy[i + 1];
        }

        for (; i < vx.Length; i++)
        {
            a += vx[i] * vy[i];
        }

        float sum = Vector.Sum(a + b);
        for (int j = vx.Length * Vector<float>.Count; j < x.Length; j++)
        {
            sum += x[j] * y[j];
        }

        return sum;
    }

    private static void Dot4(ReadOnlySpan<float> x, ReadOnlySpan<float> w, Span<float> y, int stride, float bias)
    {
        int k = w.Length;
        ReadOnlySpan<Vector<float>> vw = MemoryMarshal.Cast<float, Vector<float>>(w);
        ReadOnlySpan<Vector<float>> x0 = MemoryMarshal.Cast<float, Vector<float>>(x[..k]), x1 = MemoryMarshal.Cast<float, Vector<float>>(
            x.Slice(k, k)),
            x2 = MemoryMarshal.Cast<float, Vector<float>>(x.Slice(2 * k, k)), x3 = MemoryMarshal.Cast<float, Vector<float>>(
                x.Slice(3 * k, k));
        Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int i = 0; i < vw.Length; i++)
        {
            Vector<float> v = vw[i];
            s0 += x0[i] * v;
            s1 += x1[i] * v;
            s2 += x2[i] * v;
            s3 += x3[i] * v;
        }

        (float t0, float t1, float t2, float t3) = (Vector.Sum(s0), Vector.Sum(s1), Vector.Sum(s2), Vector.Sum(s3));
        for (int j = vw.Length * Vector<float>.Count; j < k; j++)
        {
            t0 += x[j] * w[j];
            t1 += x[k + j] * w[j];
            t2 += x[(2 * k) + j] * w[j];
            t3 += x[(3 * k) + j] * w[j];
        }

        (y[0], y[stride], y[2 * stride], y[3 * stride]) = (t0 + bias, t1 + bias, t2 + bias, t3 + bias);
    }
}
