using System.Numerics;
using System.Runtime.Intrinsics;

namespace MPCache.Kernels;

/// <summary>
/// Products of bits in one round. A product of k bits u_i xor rho_i is the sum, over subsets S, of rho_S times the u_i outside S. It is
/// folded one variable at a time, from 2^k terms to one, 8 words of each plane side by side.
/// </summary>
internal static unsafe class ManagedProducts
{
    private const int Block = 8;

    public static void AndMasks(ulong* o, ulong* rho, int k, long words)
    {
        for (int s = 1; s < 1 << k; s++)
        {
            // A subset is its lowest element and the rest, which came before it.
            int rest = s & (s - 1);
            ulong* lowest = rho + (BitOperations.TrailingZeroCount(s) * words);
            And(o + ((s - 1) * words), lowest, rest == 0 ? null : o + ((rest - 1) * words), words);
        }
    }

    public static void AndFinish(ulong* o, ulong* u, ulong* products, int k, int first, long words)
    {
        ulong* terms = stackalloc ulong[Block << k];
        for (long at = 0; at < words; at += Block)
        {
            int count = (int)Math.Min(Block, words - at);
            Set(terms, first);
            for (int s = 1; s < 1 << k; s++)
            {
                Copy(terms + (s * Block), products + ((s - 1) * words) + at, count);
            }

            Fold(terms, u + at, words, k, count);
            Copy(o + at, terms, count);
        }
    }

    public static void ChainMasks(ulong* products, ulong* masks, int k, long words)
    {
        AndMasks(products, masks + (k * words), k - 1, words);
        ulong* to = products + (((1L << (k - 1)) - 1) * words);
        for (int j = 0; j < k; j++)
        {
            for (int s = 0; s < 1 << (k - 1 - j); s++, to += words)
            {
                And(to, masks + (j * words), s == 0 ? null : products + (((s << j) - 1) * words), words);
            }
        }
    }

    public static void ChainFinish(ulong* o, ulong* u, ulong* products, int k, int first, long words)
    {
        ulong* terms = stackalloc ulong[Block << (k - 1)];
        ulong* opened = stackalloc ulong[Block];
        ulong* sum = stackalloc ulong[Block];
        for (long at = 0; at < words; at += Block)
        {
            int count = (int)Math.Min(Block, words - at);
            new Span<ulong>(sum, Block).Clear();
            ulong* withGreater = products + (((1L << (k - 1)) - 1) * words) + at;
            for (int j = 0; j < k; j++)
            {
                // gt_j = u_j xor g_j, times the eq_i above it: the terms of u_j q_S and of g_j q_S are added before they are folded.
                Copy(opened, u + (j * words) + at, count);
                for (int s = 0; s < 1 << (k - 1 - j); s++, withGreater += words)
                {
                    ulong* term = terms + (s * Block);
                    if (s == 0)
                    {
                        Set(term, first);
                    }
                    else
                    {
                        Copy(term, products + (((s << j) - 1) * words) + at, count);
                    }

                    for (int w = 0; w < count; w++)
                    {
                        term[w] = (term[w] & opened[w]) ^ withGreater[w];
                    }
                }

                Fold(terms, u + ((k + j) * words) + at, words, k - 1 - j, count);
                for (int w = 0; w < count; w++)
                {
                    sum[w] ^= terms[w];
                }
            }

            Copy(o + at, sum, count);
        }
    }

    /// <summary>From 2^k terms to the first: term[S] = term[S] u_i xor term[S with i], from the highest variable down.</summary>
    private static void Fold(ulong* terms, ulong* u, long stride, int k, int count)
    {
        ulong* opened = stackalloc ulong[Block];
        for (int i = k - 1; i >= 0; i--)
        {
            int half = Block << i;
            Copy(opened, u + (i * stride), count);
            Vector512<ulong> factor = Vector512.Load(opened);
            for (int at = 0; at < half; at += Block)
            {
                ((Vector512.Load(terms + at) & factor) ^ Vector512.Load(terms + half + at)).Store(terms + at);
            }
        }
    }

    private static void Set(ulong* term, int first) => new Span<ulong>(term, Block).Fill(first == 1 ? ulong.MaxValue : 0);

    private static void Copy(ulong* to, ulong* from, int count)
    {
        if (count == Block)
        {
            Vector512.Load(from).Store(to);
            return;
        }

        for (int w = 0; w < count; w++)
        {
            to[w] = from[w];
        }
    }

    /// <summary>o = a b, or a where b is absent.</summary>
    private static void And(ulong* o, ulong* a, ulong* b, long words)
    {
        if (b is null)
        {
            Buffer.MemoryCopy(a, o, words * 8, words * 8);
            return;
        }

        long w = 0;
        for (; Vector512.IsHardwareAccelerated && w <= words - 8; w += 8)
        {
            (Vector512.Load(a + w) & Vector512.Load(b + w)).Store(o + w);
        }

        for (; w < words; w++)
        {
            o[w] = a[w] & b[w];
        }
    }
}
