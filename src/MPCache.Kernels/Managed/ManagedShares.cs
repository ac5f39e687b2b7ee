namespace MPCache.Kernels;

/// <summary>
/// Bits and shares. Signs are applied as (x ^ s) - s with s all ones or zero, so that nothing branches on a bit: neither on a
/// secret one, for which it must not, nor on a public one, for which it would be slow.
/// </summary>
internal static unsafe class ManagedShares
{
    public static void WidenFinish(ulong* z, ulong* own, ulong* mask, ulong* uBits, ulong* vBits, ulong* c, int w, int first, long n)
    {
        for (long at = 0; at < n; at += 64, z += 64, c += 64)
        {
            long word = at / 64;
            ulong u = uBits[word], v = vBits[word], m = own[word];

            // first: u v + v (1-2u) a; otherwise: u (1-2v) b. Then the dealt product with both signs.
            ulong term = (first == 1 ? v : u) & mask[word], sign = first == 1 ? u : v;
            ulong product = first == 1 ? u & v : 0, negate = u ^ v;
            int count = (int)Math.Min(64, n - at);
            for (int i = 0; i < count; i++)
            {
                ulong flip = 0 - ((negate >> i) & 1), turn = 0 - ((sign >> i) & 1);
                ulong dealt = (c[i] ^ flip) - flip, mine = (((term >> i) & 1) ^ turn) - turn;
                z[i] -= (((m >> i) & 1) - (((product >> i) & 1) + mine + dealt)) << w;
            }
        }
    }

    public static void BitToWord(ulong* z, ulong* uBits, ulong* rho, ulong first, ulong factor, long n)
    {
        for (long at = 0; at < n; at += 64, z += 64, rho += 64)
        {
            ulong u = uBits[at / 64];
            int count = (int)Math.Min(64, n - at);
            for (int i = 0; i < count; i++)
            {
                ulong flip = 0 - ((u >> i) & 1);
                z[i] += factor * (((rho[i] ^ flip) - flip) + (first & flip));
            }
        }
    }

    public static void BitTimes(ulong* z, ulong* uBits, ulong* rho, ulong* rhoA, ulong* d, ulong* x, ulong factor, long n)
    {
        for (long at = 0; at < n; at += 64)
        {
            ulong u = uBits[at / 64];
            long end = Math.Min(at + 64, n);
            for (long i = at; i < end; i++, u >>= 1)
            {
                ulong flip = 0 - (u & 1), t = (rho[i] * d[i]) + rhoA[i];
                z[i] += factor * (((t ^ flip) - flip) + (x[i] & flip));
            }
        }
    }

    public static void BitTimesScaled(ulong* z, ulong* uBits, ulong* r, ulong* rhoR, ulong* scale, int scaleShift, long n)
    {
        for (long at = 0; at < n; at += 64)
        {
            ulong u = uBits[at / 64];
            long end = Math.Min(at + 64, n);
            for (long i = at; i < end; i++, u >>= 1)
            {
                ulong flip = 0 - (u & 1);
                z[i] += (scale[i] >> scaleShift) * (((rhoR[i] ^ flip) - flip) + (r[i] & flip));
            }
        }
    }
}
