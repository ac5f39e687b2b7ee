using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>Products of two secrets.</summary>
public static class Products
{
    /// <summary>Opens X under a fresh mask. One round, ceil(ring/8) bytes an element each way.</summary>
    public static async ValueTask<Masked> Mask(this Mpc mpc, Secret x)
    {
        Words a = mpc.Correlations.Mask(x.Length);
        Words d = await mpc.OpenUnder(x.Words, a, x.Ring);
        return new Masked(d, a, x.Words, x.Ring, x.Frac);
    }

    /// <summary>Element-wise product, modulo the smaller ring; ceil(ring/8) bytes an element dealt, nothing sent.</summary>
    public static Secret Multiply(this Mpc mpc, Masked x, Masked y)
    {
        int n = x.Length, ring = Math.Min(x.Ring, y.Ring);
        Words c = mpc.Correlations.Product(x.A, y.A, ring);
        Words product = mpc.Take(n);
        if (mpc.Computes)
        {
            Kernel.Beaver(product.Span, x.D.Span, y.D.Span, x.A.Span, y.A.Span, c.Span, mpc.AddsPublic, n);
        }

        return new Secret(product, ring, x.Frac + y.Frac);
    }

    /// <summary>Each row of X (rows x columns) times its element of y (rows); dealt ceil(ring/8) bytes an element of X.</summary>
    public static Secret MultiplyRows(this Mpc mpc, Masked x, Masked y)
    {
        int rows = y.Length, columns = x.Length / rows, ring = Math.Min(x.Ring, y.Ring);
        Words c = mpc.Correlations.RowProduct(x.A, y.A, ring);
        Words product = mpc.Take(x.Length);
        if (mpc.Computes)
        {
            // x y = D_x y + A_x D_y + A_x A_y, where y is this party's share of y
            c.Span.CopyTo(product.Span);
            for (int r = 0; r < rows; r++)
            {
                Span<ulong> row = product.Span.Slice(r * columns, columns);
                Kernel.ScaleAdd(row, x.D.Span.Slice(r * columns, columns), y.A.Span[r] + (mpc.AddsPublic * y.D.Span[r]), columns);
                Kernel.ScaleAdd(row, x.A.Span.Slice(r * columns, columns), y.D.Span[r], columns);
            }
        }

        return new Secret(product, ring, x.Frac + y.Frac);
    }

    /// <summary>Sum of squares of each row of X (rows x columns): rows elements; dealt 8 bytes a row.</summary>
    public static Secret SumOfSquares(this Mpc mpc, Masked x, int rows)
    {
        int columns = x.Length / rows;
        Words c = mpc.Correlations.RowSquares(x.A, rows, x.Ring);
        Words sum = mpc.Take(rows);
        if (mpc.Computes)
        {
            for (int r = 0; r < rows; r++)
            {
                ReadOnlySpan<ulong> d = x.D.Span.Slice(r * columns, columns), a = x.A.Span.Slice(r * columns, columns);
                sum.Span[r] = c.Span[r] + (mpc.AddsPublic * Dot(d, d)) + (2 * Dot(d, a));
            }
        }

        return new Secret(sum, x.Ring, 2 * x.Frac);
    }

    internal static ulong Dot(ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y)
    {
        Span<ulong> sum = stackalloc ulong[1];
        Kernel.GemmNtU64(sum, 1, x, x.Length, y, y.Length, 1, 1, x.Length, 0);
        return sum[0];
    }

    /// <summary>
    /// X Y^T for X (m x k) and Y (n x k), modulo the smaller ring: m x n; ceil(ring/8) bytes an element of the result dealt.
    /// </summary>
    public static Secret MultiplyTransposed(this Mpc mpc, Masked x, Masked y, int m, int n, int k)
    {
        int ring = Math.Min(x.Ring, y.Ring);
        Words c = mpc.Correlations.MatrixProductTransposed(x.A, y.A, m, n, k, ring);
        Words product = mpc.Take(m * n);
        if (mpc.Computes)
        {
            // x y^T = D_x y^T + A_x D_y^T + A_x A_y^T, where y is this party's share of Y
            c.Span.CopyTo(product.Span);
            Kernel.GemmNtU64(product.Span, n, x.D.Span, k, y.X.Span, k, m, n, k, 1);
            Kernel.GemmNtU64(product.Span, n, x.A.Span, k, y.D.Span, k, m, n, k, 1);
        }

        return new Secret(product, ring, x.Frac + y.Frac);
    }

    /// <summary>
    /// X Y for X (m x k) and Y (k x n), modulo the smaller ring: m x n; ceil(ring/8) bytes an element of the result dealt.
    /// </summary>
    public static Secret MultiplyMatrix(this Mpc mpc, Masked x, Masked y, int m, int n, int k)
    {
        int ring = Math.Min(x.Ring, y.Ring);
        Words c = mpc.Correlations.MatrixProduct(x.A, y.A, m, n, k, ring);
        Words product = mpc.Take(m * n);
        if (mpc.Computes)
        {
            c.Span.CopyTo(product.Span);
            Kernel.GemmNnU64(product.Span, n, x.D.Span, k, y.X.Span, n, m, n, k, 1);
            Kernel.GemmNnU64(product.Span, n, x.A.Span, k, y.D.Span, n, m, n, k, 1);
        }

        return new Secret(product, ring, x.Frac + y.Frac);
    }
}
