using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Opening in a narrow ring what is wanted in a wide one: one round and the narrow ring's bytes give both the opening and the widening.
/// Products of such a value with a masked one go element by element or by a row's scalar; not for sums of products under one dealt word,
/// since each element's opening says which mask counts.
/// </summary>
public static class Lifting
{
    /// <summary>
    /// Opens X, which lies in [-2^(k-2), 2^(k-2)) in its ring Z_2^k, and knows it in Z_2^<paramref name="ring"/>, k below ring. One round,
    /// ceil(k/8) bytes an element each way; ceil(ring/8) + ceil((ring-k)/8) bytes an element dealt.
    /// </summary>
    /// <exception cref="ArgumentException">The ring is not wider than the present one.</exception>
    public static async ValueTask<Lifted> Lift(this Mpc mpc, Secret x, int ring)
    {
        int n = x.Length, k = x.Ring;
        if (ring <= k)
        {
            throw new ArgumentException($"A value in a ring of {k} bits is lifted into a wider one, not into one of {ring}.", nameof(ring));
        }

        Words mask = mpc.Correlations.Mask(n);
        Words r = mpc.Correlations.LowBits(mask, k, ring), top = mpc.Correlations.BitOfWords(mask, k - 1, ring - k);
        Words positive = mpc.Take(n);
        if (mpc.Computes)
        {
            x.Words.Span.CopyTo(positive.Span);
            Rescale.SubtractConstant(positive.Span, 0ul - (mpc.AddsPublic << (k - 2)));
        }

        Words d = await mpc.OpenUnder(positive, mask, k);
        Words wraps = mpc.Take(n), rho = mpc.Take(n), share = mpc.Take(n);
        if (mpc.Computes)
        {
            // With x' = x + 2^(k-2) in [0, 2^(k-1)), D + R is x' or x' + 2^k: the latter where the top bit of D or that of R is set.
            Span<ulong> open = d.Span, counts = wraps.Span;
            for (int i = 0; i < n; i++)
            {
                ulong set = open[i] >> (k - 1);
                counts[i] = (1 - set) << k;
                open[i] -= (set << k) + (1ul << (k - 2));
            }

            Kernel.Mul(rho.Span, wraps.Span, top.Span, n);
            Kernel.Sub(rho.Span, r.Span, rho.Span, n);
            rho.Span.CopyTo(share.Span);
            Kernel.ScaleAdd(share.Span, d.Span, mpc.AddsPublic, n);
        }

        return new Lifted(d, wraps, r, top, rho, share, k, ring, x.Frac);
    }

    /// <summary>
    /// Element-wise product, modulo the smaller ring; nothing sent, ceil(ring/8) + ceil((ring-k)/8) bytes an element dealt.
    /// </summary>
    public static Secret Multiply(this Mpc mpc, Masked x, Lifted y)
    {
        int n = x.Length, ring = Math.Min(x.Ring, y.Ring);
        Words whole = mpc.Correlations.Product(x.A, y.R, ring), top = mpc.Correlations.Product(x.A, y.Top, ring - y.Narrow);
        Words product = mpc.Take(n), masks = mpc.Take(n);
        if (mpc.Computes)
        {
            Kernel.Mul(masks.Span, y.Wraps.Span, top.Span, n);
            Kernel.Sub(masks.Span, whole.Span, masks.Span, n);
            Kernel.Beaver(product.Span, x.D.Span, y.D.Span, x.A.Span, y.Rho.Span, masks.Span, mpc.AddsPublic, n);
        }

        return new Secret(product, ring, x.Frac + y.Frac);
    }

    /// <summary>Each row of X (rows x columns) times its element of y (rows); as many bytes dealt for each element of X.</summary>
    public static Secret MultiplyRows(this Mpc mpc, Masked x, Lifted y)
    {
        int rows = y.Length, columns = x.Length / rows, ring = Math.Min(x.Ring, y.Ring);
        Words whole = mpc.Correlations.RowProduct(x.A, y.R, ring), top = mpc.Correlations.RowProduct(x.A, y.Top, ring - y.Narrow);
        Words product = mpc.Take(x.Length);
        if (mpc.Computes)
        {
            // x y = D_x y + A_x D_y + A_x rho, where y is this party's share of y
            whole.Span.CopyTo(product.Span);
            for (int r = 0; r < rows; r++)
            {
                Span<ulong> row = product.Span.Slice(r * columns, columns);
                Kernel.ScaleAdd(row, top.Span.Slice(r * columns, columns), 0ul - y.Wraps.Span[r], columns);
                Kernel.ScaleAdd(row, x.D.Span.Slice(r * columns, columns), y.X.Span[r], columns);
                Kernel.ScaleAdd(row, x.A.Span.Slice(r * columns, columns), y.D.Span[r], columns);
            }
        }

        return new Secret(product, ring, x.Frac + y.Frac);
    }
}
