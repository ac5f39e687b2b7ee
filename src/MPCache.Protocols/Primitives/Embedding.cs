using System.Runtime.InteropServices;
using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Rows of the server's table for the client's tokens: the linear layer for one-hot rows, in Z_2^16, then widened (docs/mathematics.md,
/// section 8).
/// </summary>
/// <remarks>
/// One one-way message of 2 x vocabulary bytes a token to the server, then one bit a value each way; 2 bytes a value dealt, 6 for the
/// widening.
/// </remarks>
public static class Embedding
{
    /// <summary>
    /// Looks up <paramref name="tokens"/> (their ids are read at the client and in the clear only): rows x width in Z_2^64. Table values
    /// lie in [-2^14, 2^14).
    /// </summary>
    public static async ValueTask<Secret> Embed(this Mpc mpc, ReadOnlyMemory<int> tokens, IEmbeddingTable table)
    {
        int m = tokens.Length, v = table.Vocabulary, d = table.Width;
        int queryWords = checked((int)((((long)m * v) + 3) / 4));
        Words a = mpc.Correlations.ClientMask(queryWords);
        Words dealt = mpc.Correlations.TableProduct(a, table, m);
        Mpc.Exchange exchange = mpc.Begin(2L * m * v, 0, a, queryWords);
        if (mpc.Role == Role.Client)
        {
            OneHotMinus(Halves(a), tokens.Span, v, MemoryMarshal.Cast<byte, ushort>(exchange.Outgoing));
        }

        await exchange;
        Words y = mpc.Take(m * d);
        if (mpc.Computes)
        {
            dealt.Span.CopyTo(y.Span);
        }

        Words query = mpc.Take(mpc.Role == Role.Client ? 0 : queryWords);
        switch (mpc.Role)
        {
            case Role.Client:
                AddProduct(mpc.Arena, a, table, y, m);
                break;
            case Role.Server:
                mpc.Observe(exchange, exchange.Incoming, 2);
                exchange.Incoming.CopyTo(query.Bytes);
                AddProduct(mpc.Arena, query, table, y, m);
                break;
            case Role.Clear:
                OneHotMinus(Halves(a), tokens.Span, v, Halves(query));
                AddProduct(mpc.Arena, query, table, y, m);
                break;
            default:
                break;
        }

        return await mpc.Widen(new Secret(y, 16, table.Frac), 64);
    }

    private static Span<ushort> Halves(Words words) => MemoryMarshal.Cast<ulong, ushort>(words.Span);

    /// <summary>e = onehot(token) - a, touching every place alike.</summary>
    private static void OneHotMinus(ReadOnlySpan<ushort> a, ReadOnlySpan<int> tokens, int vocabulary, Span<ushort> e)
    {
        for (int r = 0; r < tokens.Length; r++)
        {
            ReadOnlySpan<ushort> mask = a.Slice(r * vocabulary, vocabulary);
            Span<ushort> row = e.Slice(r * vocabulary, vocabulary);
            uint token = (uint)tokens[r];
            for (int i = 0; i < row.Length; i++)
            {
                uint apart = (uint)i ^ token;
                row[i] = (ushort)(((apart - 1) >> 31) - mask[i]); // apart is below 2^31: the top bit of apart - 1 tells zero
            }
        }
    }

    /// <summary>Adds query (m x vocabulary, four values a word) times the table as it is held here to sum (m x width).</summary>
    internal static void AddProduct(Arena arena, Words query, IEmbeddingTable table, Words sum, int m)
    {
        int d = table.Width, v = table.Vocabulary;
        Words product = arena.Take(((m * d) + 3) / 4);
        Span<ushort> y = Halves(product)[..(m * d)];
        Kernel.GemmNnU16(y, d, Halves(query), v, table.Table, d, m, d, v, 0);
        Span<ulong> total = sum.Span;
        for (int i = 0; i < y.Length; i++)
        {
            total[i] += y[i];
        }
    }
}
