using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Opening: each party sends its share, both add. Only values under a fresh mask are ever opened to both.
/// One round; ceil(ring/8) bytes a word each way.
/// </summary>
public static class Opening
{
    /// <summary>Opens <paramref name="share"/> modulo 2^<paramref name="ring"/> to both; the words' upper bits are clear.</summary>
    public static async ValueTask<Words> Open(this Mpc mpc, Words share, int ring)
    {
        int n = share.Length, width = Wire.Bytes(ring);
        Mpc.Exchange exchange = mpc.Begin((long)n * width, (long)n * width);
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
            mpc.Observe(opened, ring);
        }

        return opened;
    }

    /// <summary>Opens <paramref name="bits"/> XOR-shared bits to both; ceil(bits/8) bytes each way.</summary>
    public static async ValueTask<Words> OpenBits(this Mpc mpc, Words share, long bits)
    {
        int bytes = checked((int)((bits + 7) / 8));
        Mpc.Exchange exchange = mpc.Begin(bytes, bytes);
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

            mpc.Observe(opened, 64);
        }

        return opened;
    }

    /// <summary>Opens a secret to the client alone: one message from the server. Other roles get a shape.</summary>
    public static async ValueTask<Words> OpenToClient(this Mpc mpc, Secret secret)
    {
        int n = secret.Length, width = Wire.Bytes(secret.Ring);
        Mpc.Exchange exchange = mpc.Begin(0, (long)n * width);
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
