using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Opening: each party sends its share, both add. Values are opened to both under a fresh mask, which is spent by that; what was shuffled
/// may be opened as it is.
/// One round; ceil(ring/8) bytes a word each way.
/// </summary>
public static class Opening
{
    /// <summary>Opens X - R modulo 2^<paramref name="ring"/> to both; R is spent. The words' upper bits are clear.</summary>
    public static ValueTask<Words> OpenUnder(this Mpc mpc, Words x, Words r, int ring)
    {
        int n = x.Length, bytes = n * Wire.Bytes(ring);
        Mpc.Exchange exchange = mpc.Begin(bytes, bytes, r, n);
        Words masked = mpc.Take(n);
        if (mpc.Computes)
        {
            Kernel.Sub(masked.Span, x.Span, r.Span, n);
        }

        return mpc.Open(masked, ring, exchange);
    }

    /// <summary>
    /// Opens places in the text of rows that stand in a fresh secret order, modulo 2^<paramref name="ring"/>: all that this tells is the
    /// order, which is random.
    /// </summary>
    public static ValueTask<Words> OpenShuffledPlaces(this Mpc mpc, Words share, int ring)
    {
        int bytes = share.Length * Wire.Bytes(ring);
        return mpc.Open(share, ring, mpc.Begin(bytes, bytes, Uncovered.PlacesOfShuffledRows));
    }

    private static async ValueTask<Words> Open(this Mpc mpc, Words share, int ring, Mpc.Exchange exchange)
    {
        int n = share.Length, width = Wire.Bytes(ring);
        Words opened = mpc.Take(n);
        if (mpc.Computes)
        {
            if (mpc.Role != Role.Clear)
            {
                Kernel.Pack(exchange.Outgoing, share.Span, width, n);
            }

            share.Span.CopyTo(opened.Span);
        }

        await exchange;
        if (mpc.Computes)
        {
            if (mpc.Role != Role.Clear)
            {
                Kernel.UnpackAdd(opened.Span, exchange.Incoming, width, n);
            }

            Kernel.Shift(opened.Span, opened.Span, 0, ring, 0, n); // clear the bits above the ring
            mpc.Observe(exchange, opened.Span, ring);
        }

        return opened;
    }

    /// <summary>Opens beta xor rho for all planes to both; rho is spent. As many bytes each way as the planes' words have.</summary>
    public static ValueTask<Words> OpenMasked(this Mpc mpc, Words beta, Words rho)
    {
        Mpc.Exchange exchange = mpc.Begin(8L * beta.Length, 8L * beta.Length, rho, beta.Length);
        Words masked = mpc.Take(beta.Length);
        if (mpc.Computes)
        {
            Rescale.Xor(masked.Span, beta.Span, rho.Span);
        }

        return mpc.OpenBits(masked, exchange);
    }

    /// <summary>
    /// Opens comparisons of keys that stand in a fresh secret order: all that they tell is that order. ceil(bits/8) bytes each way.
    /// </summary>
    internal static ValueTask<Words> OpenShuffledOrder(this Mpc mpc, Words share, long bits) =>
        mpc.OpenBits(share, mpc.Begin((bits + 7) / 8, (bits + 7) / 8, Uncovered.OrderOfShuffledKeys));

    private static async ValueTask<Words> OpenBits(this Mpc mpc, Words share, Mpc.Exchange exchange)
    {
        int bytes = exchange.Bytes;
        Words opened = mpc.Take(share.Length);
        if (mpc.Computes)
        {
            share.Span.CopyTo(opened.Span);
            if (mpc.Role != Role.Clear)
            {
                share.Bytes[..bytes].CopyTo(exchange.Outgoing);
            }
        }

        await exchange;
        if (mpc.Computes && mpc.Role != Role.Clear)
        {
            Span<byte> mine = opened.Bytes;
            ReadOnlySpan<byte> theirs = exchange.Incoming;
            for (int i = 0; i < bytes; i++)
            {
                mine[i] ^= theirs[i];
            }

            mpc.Observe(exchange, opened.Span, Mpc.PackedBits);
        }

        return opened;
    }

    /// <summary>Opens a secret to the client alone: one message from the server. Other roles get a shape.</summary>
    public static async ValueTask<Words> OpenToClient(this Mpc mpc, Secret secret)
    {
        int n = secret.Length, width = Wire.Bytes(secret.Ring);
        Mpc.Exchange exchange = mpc.Begin(0, (long)n * width, Uncovered.ResultForTheClient);
        if (mpc.Role == Role.Server)
        {
            // The words' bits above the ring are no share of anything that the client may know, and whole bytes are sent.
            Words own = mpc.Take(n);
            Kernel.Shift(own.Span, secret.Words.Span, 0, secret.Ring, 0, n);
            Kernel.Pack(exchange.Outgoing, own.Span, width, n);
        }

        await exchange;
        if (mpc.Role is not (Role.Client or Role.Clear))
        {
            return Words.Shape(n);
        }

        Words opened = mpc.Take(n);
        secret.Words.Span.CopyTo(opened.Span);
        if (mpc.Role == Role.Client)
        {
            Kernel.UnpackAdd(opened.Span, exchange.Incoming, width, n);
        }

        Kernel.Shift(opened.Span, opened.Span, 0, secret.Ring, 0, n);
        return opened;
    }
}
