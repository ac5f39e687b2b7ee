using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Truncation, in two halves (docs/mathematics.md, section 2). Shrinking shifts each share by itself and is exact but for the last place as
/// long
/// as the ring shrinks along: Z_2^l becomes Z_2^(l-s). Widening takes a share to a larger ring for one bit each way. A value that is next
/// needed
/// in a smaller ring anyway is never widened: most truncations of a layer cost nothing.
/// </summary>
public static class Rescale
{
    /// <summary>
    /// x / 2^<paramref name="shift"/> in a ring smaller by <paramref name="shift"/> bits: local, error below one unit of the last place,
    /// zero on average.
    /// </summary>
    public static Secret Shrink(this Mpc mpc, Secret x, int shift)
    {
        if (shift == 0)
        {
            return x;
        }

        Words y = mpc.Take(x.Length);
        if (mpc.Computes)
        {
            // Two floors lose one unit on average, one floor half a unit: give it back.
            ulong offset = mpc.Role == Role.Clear ? 1ul << (shift - 1) : mpc.AddsPublic << shift;
            Kernel.Shift(y.Span, x.Words.Span, offset, x.Ring, shift, x.Length);
        }

        return new Secret(y, x.Ring - shift, x.Frac - shift);
    }

    /// <summary>Bytes that one widening of <paramref name="n"/> elements sends each way.</summary>
    public static long WidenBytes(int n) => ((long)n + 7) / 8;

    /// <summary>
    /// The same value in Z_2^<paramref name="ring"/>. The value must lie in [-2^(w-2), 2^(w-2)) where w is the present ring.
    /// One round, one bit an element each way; ceil((ring-w)/8) bytes an element dealt.
    /// </summary>
    public static async ValueTask<Secret> Widen(this Mpc mpc, Secret x, int ring)
    {
        int n = x.Length, w = x.Ring, grow = ring - w;
        if (grow <= 0)
        {
            return x.Reduce(ring);
        }

        (Words a, Words b) = mpc.Correlations.PrivateBits(n);
        Words c = mpc.Correlations.AndOfPrivateBits(a, b, n, grow);
        Mpc.Exchange exchange = mpc.Begin(WidenBytes(n), WidenBytes(n), mpc.Role == Role.Server ? b : a, Words.ForBits(n));
        Words z = mpc.Take(n), own = mpc.Take(Words.ForBits(n)), u = mpc.Take(Words.ForBits(n)), v = mpc.Take(Words.ForBits(n));
        ulong offset = mpc.AddsPublic << (w - 2);
        Words mask = mpc.Role == Role.Server ? b : a;
        if (mpc.Computes)
        {
            Kernel.Shift(z.Span, x.Words.Span, offset, w, 0, n);
            Kernel.ExtractBit(own.Span, z.Span, w - 1, n);
            Words mine = mpc.Role == Role.Server ? v : u;
            Xor(mine.Span, own.Span, mask.Span);
            (mpc.Role == Role.Server ? u : v).Span.Clear();
            if (mpc.Role != Role.Clear)
            {
                mine.Bytes[..exchange.Outgoing.Length].CopyTo(exchange.Outgoing);
            }
        }

        await exchange;
        if (mpc.Computes)
        {
            if (mpc.Role != Role.Clear)
            {
                Words theirs = mpc.Role == Role.Server ? u : v;
                exchange.Incoming.CopyTo(theirs.Bytes);
                ObserveCarries(mpc, exchange, theirs, own);
            }

            Kernel.WidenFinish(z.Span, own.Span, mask.Span, u.Span, v.Span, c.Span, w, (int)mpc.AddsPublic, n);
            if (mpc.AddsPublic == 1)
            {
                SubtractConstant(z.Span, offset);
            }
        }

        return new Secret(z, ring, x.Frac);
    }

    /// <summary>What the peer's message tells beside one's own share: the carry out of the bits below the top one, under its
    /// mask.</summary>
    private static void ObserveCarries(Mpc mpc, Mpc.Exchange exchange, Words theirs, Words own)
    {
        if (mpc.Learned is not null)
        {
            ulong[] carries = new ulong[theirs.Length];
            Xor(carries, theirs.Span, own.Span);
            mpc.Observe(exchange, carries, Mpc.PackedBits);
        }
    }

    /// <summary>Shrinks to <paramref name="frac"/> fractional bits and widens to <paramref name="ring"/>.</summary>
    public static ValueTask<Secret> Truncate(this Mpc mpc, Secret x, int frac, int ring) => mpc.Widen(mpc.Shrink(x, x.Frac - frac), ring);

    internal static void SubtractConstant(Span<ulong> words, ulong value)
    {
        for (int i = 0; i < words.Length; i++)
        {
            words[i] -= value;
        }
    }

    internal static void And(Span<ulong> z, ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y)
    {
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = x[i] & y[i];
        }
    }

    internal static void Xor(Span<ulong> z, ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y)
    {
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = x[i] ^ y[i];
        }
    }
}
