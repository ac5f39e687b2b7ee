namespace MPCache.Protocols;

/// <summary>
/// Secret shuffle (docs/mathematics.md, section 6): rows of a shared matrix in an order unknown to both parties. Two one-way messages.
/// </summary>
/// <remarks>
/// First pass, by the client's permutation p: the server sends x1 - a; the client keeps p(x0 + x1 - a) + t, the server is dealt p(a) - t.
/// The second pass mirrors
/// it: the client sends x0 - a, the server keeps q(x1 + x0 - a) plus the dealt q(a) - t, the client keeps t. Each message is ceil(ring/8)
/// bytes a word, and as much
/// is dealt for each pass. After a shuffle, comparison results and ranks may be opened: they say nothing of the original places.
/// </remarks>
public static class Shuffling
{
    /// <summary>A fresh permutation of <paramref name="rows"/> rows, or of each of <paramref name="blocks"/> blocks of as many.</summary>
    public static SecretPermutation DrawPermutation(this Mpc mpc, int rows, int blocks = 1)
    {
        // Each party sorts random keys of its own; equal keys have a chance below rows^2 / 2^64.
        int all = rows * blocks;
        (Words client, Words server) = mpc.Correlations.PrivateBits(all * 64L);
        return new SecretPermutation(
            mpc.Role == Role.Clear ? Identity(all) : Order(client, rows),
            mpc.Role == Role.Clear ? Identity(all) : Order(server, rows),
            all,
            rows);
    }

    /// <summary>
    /// Shuffles rows of a secret that is open under a mask already. The client permutes what is open by itself and the dealer deals the
    /// permuted mask, so only the
    /// server's pass sends anything: one message from the client, as many bytes as one pass of <see cref="Shuffle"/>.
    /// </summary>
    public static async ValueTask<Secret> Shuffle(this Mpc mpc, Masked x, SecretPermutation permutation, int rowWords)
    {
        Words y = mpc.Take(x.Length);
        Words mask = mpc.Correlations.PermutedRows(x.A, permutation.Client, permutation.Block, rowWords, x.Ring);
        if (mpc.Computes)
        {
            mask.Span.CopyTo(y.Span);
            if (mpc.AddsPublic == 1)
            {
                Words open = x.D; // in the clear every row stays
                if (mpc.Role == Role.Client)
                {
                    open = mpc.Take(x.Length);
                    ObliviousRows.Permute(open.Span, x.D.Span, permutation.Client, permutation.Block, rowWords);
                }

                Kernel.Add(y.Span, y.Span, open.Span, y.Length);
            }
        }

        return await mpc.Pass(new Secret(y, x.Ring, x.Frac), permutation.Server, permutation.Block, rowWords, Role.Server);
    }

    /// <summary>Shuffles rows of <paramref name="rowWords"/> words. Two rounds, one message each.</summary>
    public static async ValueTask<Secret> Shuffle(this Mpc mpc, Secret x, SecretPermutation permutation, int rowWords)
    {
        x = await mpc.Pass(x, permutation.Client, permutation.Block, rowWords, Role.Client);
        return await mpc.Pass(x, permutation.Server, permutation.Block, rowWords, Role.Server);
    }

    /// <summary>Undoes <see cref="Shuffle"/>.</summary>
    public static async ValueTask<Secret> Unshuffle(this Mpc mpc, Secret x, SecretPermutation permutation, int rowWords)
    {
        x = await mpc.Pass(x, Inverse(permutation.Server, permutation.Block), permutation.Block, rowWords, Role.Server);
        return await mpc.Pass(x, Inverse(permutation.Client, permutation.Block), permutation.Block, rowWords, Role.Client);
    }

    private static async ValueTask<Secret> Pass(this Mpc mpc, Secret x, uint[] order, int block, int rowWords, Role owner)
    {
        int n = x.Length, width = Wire.Bytes(x.Ring);
        bool clientOwns = owner == Role.Client;
        Words a = clientOwns ? mpc.Correlations.ServerMask(n) : mpc.Correlations.ClientMask(n);

        // The client's part of this sharing of p(a) is t with its sign turned; it is from the client's seed either way.
        Words moved = mpc.Correlations.PermutedRows(a, order, block, rowWords, x.Ring);
        Mpc.Exchange exchange = mpc.Begin(
            clientOwns ? 0 : (long)n * width,
            clientOwns ? (long)n * width : 0,
            mpc.Role == owner ? default : a,
            n);
        Words y = mpc.Take(n);
        bool sends = mpc.Role is Role.Client or Role.Server && mpc.Role != owner;
        if (sends)
        {
            Kernel.Sub(y.Span, x.Words.Span, a.Span, n);
            Kernel.Pack(exchange.Outgoing, y.Span, width, n);
        }

        await exchange;
        if (sends)
        {
            moved.Span.CopyTo(y.Span);
        }
        else if (mpc.Role == owner)
        {
            Words whole = mpc.Take(n);
            x.Words.Span.CopyTo(whole.Span);
            Kernel.UnpackAdd(whole.Span, exchange.Incoming, width, n);
            mpc.Observe(exchange, whole.Span, 8 * width);
            ObliviousRows.Permute(y.Span, whole.Span, order, block, rowWords);
            Kernel.Add(y.Span, y.Span, moved.Span, n);
        }
        else if (mpc.Role == Role.Clear)
        {
            x.Words.Span.CopyTo(y.Span); // in the clear every row stays
        }

        return x with { Words = y };
    }

    private static uint[] Identity(int rows) => [.. Enumerable.Range(0, rows).Select(i => (uint)i)];

    private static uint[] Order(Words keys, int rows) => keys.HasValues ? ObliviousRows.OrderOf(keys.Span, rows) : [];

    private static uint[] Inverse(uint[] order, int block) => ObliviousRows.Inverse(order, block);
}
