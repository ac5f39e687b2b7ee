using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Products of many XOR-shared bits in one round: every bit is opened under a mask and the products of the masks are dealt
/// (docs/mathematics.md, section 4). k bits each way and 2^k - 1 bits dealt for a product of k.
/// </summary>
public static class BitProducts
{
    /// <summary>
    /// AND of k planes of <paramref name="words"/> packed words each. One round.
    /// </summary>
    public static async ValueTask<Words> And(this Mpc mpc, Words planes, int k, int words)
    {
        Words rho = mpc.Correlations.BitMask((long)k * words * 64);
        Words products = mpc.Correlations.AndSubsets(rho, k, words);
        Words u = await mpc.OpenMasked(planes, rho);
        Words result = mpc.Take(words);
        if (mpc.Computes)
        {
            Kernel.AndFinish(result.Span, u.Span, products.Span, k, (int)mpc.AddsPublic, words);
        }

        return result;
    }

    /// <summary>
    /// AND of two planes of <paramref name="n"/> bits as words of Z_2^<paramref name="ring"/>. One round, two bits each way; three words and
    /// as many bits dealt.
    /// </summary>
    public static async ValueTask<Words> AndAsWords(this Mpc mpc, Words planes, int n, int ring)
    {
        int words = Words.ForBits(n);
        Words rho = mpc.Correlations.BitMask(2L * words * 64);
        Words products = mpc.Correlations.BitsAsWords(mpc.Correlations.AndSubsets(rho, 2, words), 3, n, ring);
        Words u = await mpc.OpenMasked(planes, rho);
        Words result = mpc.Take(n);
        if (mpc.Computes)
        {
            ReadOnlySpan<ulong> a = products.Span[..n], b = products.Span.Slice(n, n), both = products.Span[(2 * n)..], open = u.Span;
            Span<ulong> to = result.Span;
            for (int i = 0; i < n; i++)
            {
                // (u xor rho) (v xor sigma) with u and v open: each is u + (1 - 2u) rho
                ulong x = (open[i >> 6] >> i) & 1, y = (open[words + (i >> 6)] >> i) & 1, flipX = 1 - (2 * x), flipY = 1 - (2 * y);
                to[i] = (mpc.AddsPublic * x * y) + (y * flipX * a[i]) + (x * flipY * b[i]) + (flipX * flipY * both[i]);
            }
        }

        return result;
    }

    /// <summary>
    /// AND of k = arity^j... planes by rounds of at most <paramref name="arity"/>: fewer dealt bits for more rounds. k must be a power of
    /// two.
    /// </summary>
    public static async ValueTask<Words> AndTree(this Mpc mpc, Words planes, int k, int words, int arity)
    {
        while (k > 1)
        {
            int step = Math.Min(arity, k);
            k /= step;
            planes = await mpc.And(planes, step, k * words);
        }

        return planes;
    }

    /// <summary>
    /// The carry chain f_0 = gt_0, f_j = gt_j xor eq_j f_(j-1) over <paramref name="digits"/> digits, in one round; see mpcache.h for the
    /// layout.
    /// </summary>
    public static async ValueTask<Words> CarryChain(this Mpc mpc, Words gt, Words eq, int digits, int words)
    {
        int opened = (2 * digits) - 1;
        Words rho = mpc.Correlations.BitMask((long)opened * words * 64);
        Words products = mpc.Correlations.ChainProducts(rho, digits, words);
        Words planes = mpc.Take(opened * words);
        if (mpc.Computes)
        {
            gt.Span.CopyTo(planes.Span);
            eq.Span[words..].CopyTo(planes.Span[(digits * words)..]); // eq of the lowest digit is not needed
        }

        Words u = await mpc.OpenMasked(planes, rho);
        Words result = mpc.Take(words);
        if (mpc.Computes)
        {
            Kernel.ChainFinish(result.Span, u.Span, products.Span, digits, (int)mpc.AddsPublic, words);
        }

        return result;
    }

    /// <summary>NOT of XOR-shared bits: the first party flips.</summary>
    public static void Flip(this Mpc mpc, Words bits)
    {
        if (mpc.AddsPublic == 0)
        {
            return;
        }

        Span<ulong> span = bits.Span;
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = ~span[i];
        }
    }
}
