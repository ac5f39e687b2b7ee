using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Y = X * w, each row of a shared X element by element with the server's vector w: a linear layer whose matrix is diagonal. The client
/// sends E = X0 - A; the server
/// computes (E + X1) * w, the client A * f with f = w - b; the source of correlations gives shares of A * b.
/// </summary>
/// <remarks>One one-way message of 8 bytes an element to the server; 8 bytes an element dealt. Exact modulo 2^64: no rounding
/// here.</remarks>
public static class WeightElements
{
    /// <summary>X: m x n in Z_2^64, w: n weights (a matrix of one column); returns m x n with the fractional bits of X and w
    /// added.</summary>
    public static async ValueTask<Secret> MultiplyElements(this Mpc mpc, Secret x, IWeights w)
    {
        int n = x.Length;
        if (x.Ring != 64 || w.Columns != 1 || n % w.Rows != 0)
        {
            throw new ArgumentException(
                $"A product with a vector of {w.Rows} weights takes rows of as many words in Z_2^64; it was given {n} in Z_2^{x.Ring}.",
                nameof(x));
        }

        Words a = mpc.Correlations.ClientMask(n);
        Words ab = mpc.Correlations.WeightElementProduct(a, w);
        Mpc.Exchange exchange = mpc.Begin(8L * n, 0, a, n);
        Words e = mpc.Take(n);
        if (mpc.Role == Role.Client)
        {
            Kernel.Sub(e.Span, x.Words.Span, a.Span, n);
            Kernel.Pack(exchange.Outgoing, e.Span, 8, n);
        }

        await exchange;
        Words y = mpc.Take(n);
        switch (mpc.Role)
        {
            case Role.Client:
                MultiplyRows(y.Span, a.Span, w.Masked);
                Kernel.Add(y.Span, y.Span, ab.Span, n);
                break;
            case Role.Server:
                x.Words.Span.CopyTo(e.Span);
                Kernel.UnpackAdd(e.Span, exchange.Incoming, 8, n);
                mpc.Observe(exchange, e.Span, 64);
                MultiplyRows(y.Span, e.Span, Wide(mpc, w.Plain));
                Kernel.Add(y.Span, y.Span, ab.Span, n);
                break;
            case Role.Clear:
                MultiplyRows(y.Span, x.Words.Span, Wide(mpc, w.Plain));
                break;
            default:
                break;
        }

        return new Secret(y, 64, x.Frac + w.Frac);
    }

    /// <summary>Each row of x times w, element by element.</summary>
    internal static void MultiplyRows(Span<ulong> y, ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> w)
    {
        for (int at = 0; at < x.Length; at += w.Length)
        {
            Kernel.Mul(y.Slice(at, w.Length), x.Slice(at, w.Length), w, w.Length);
        }
    }

    private static ReadOnlySpan<ulong> Wide(Mpc mpc, ReadOnlySpan<short> weights)
    {
        Span<ulong> wide = mpc.Take(weights.Length).Span;
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = (ulong)(long)weights[i];
        }

        return wide;
    }
}
