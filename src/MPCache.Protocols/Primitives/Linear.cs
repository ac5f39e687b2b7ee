using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Y = X W^T + bias for a shared X and the server's W (docs/mathematics.md, section 1).
/// The dealer deals A B^T; the client sends E = X0 - A; the server computes (E + X1) W^T; the client A F^T.
/// </summary>
/// <remarks>
/// In the ring of X, l bits: one one-way message of ceil(l/8) m k bytes to the server; ceil(l/8) m n bytes dealt. Exact modulo 2^l: no
/// rounding here.
/// </remarks>
public static class Linear
{
    /// <summary>
    /// X: m x k; returns m x n in its ring with the fractional bits of X and W added. With <paramref name="ahead"/>, for a single row, the
    /// client's and the dealer's products
    /// come from there.
    /// </summary>
    public static async ValueTask<Secret> Multiply(this Mpc mpc, Secret x, IWeights w, ProductsAhead? ahead = null)
    {
        int k = w.Columns, n = w.Rows, m = x.Length / k;
        if (x.Length != (long)m * k)
        {
            throw new ArgumentException($"A linear layer with {k} inputs takes rows of {k} words; it was given {x.Length}.", nameof(x));
        }

        int width = Wire.Bytes(x.Ring);
        (Words a, Words prepared) = ahead?.Take(mpc) ?? (mpc.Correlations.ClientMask(m * k), default);
        Words ab = mpc.Correlations.WeightProduct(a, w, m, prepared, x.Ring);
        Mpc.Exchange exchange = mpc.Begin((long)width * m * k, 0, a, m * k);
        Words e = mpc.Take(m * k);
        if (mpc.Role == Role.Client)
        {
            Kernel.Sub(e.Span, x.Words.Span, a.Span, m * k);
            Kernel.Pack(exchange.Outgoing, e.Span, width, m * k);
        }

        await exchange;
        Words y = mpc.Take(m * n);
        switch (mpc.Role)
        {
            case Role.Client:
                ab.Span.CopyTo(y.Span);
                if (prepared.HasValues)
                {
                    Kernel.Add(y.Span, y.Span, prepared.Span, n);
                }
                else
                {
                    Kernel.GemmNtU64(y.Span, n, a.Span, k, w.Masked, k, m, n, k, 1);
                }

                break;
            case Role.Server:
                x.Words.Span.CopyTo(e.Span);
                Kernel.UnpackAdd(e.Span, exchange.Incoming, width, m * k);
                mpc.Observe(exchange, e.Span, x.Ring);
                ab.Span.CopyTo(y.Span);
                Kernel.GemmNtU64I16(y.Span, n, e.Span, k, w.Plain, k, m, n, k, 1);
                AddBias(y.Span, w.BiasFor(x.Frac), m, n);
                break;
            case Role.Clear:
                Kernel.GemmNtU64I16(y.Span, n, x.Words.Span, k, w.Plain, k, m, n, k, 0);
                AddBias(y.Span, w.BiasFor(x.Frac), m, n);
                break;
            default:
                break;
        }

        return new Secret(y, x.Ring, x.Frac + w.Frac);
    }

    private static void AddBias(Span<ulong> y, ReadOnlySpan<ulong> bias, int m, int n)
    {
        if (bias.IsEmpty)
        {
            return;
        }

        for (int i = 0; i < m; i++)
        {
            Span<ulong> row = y.Slice(i * n, n);
            Kernel.Add(row, row, bias, n);
        }
    }
}
