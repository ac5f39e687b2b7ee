using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// The order of secrets that stand in a secret order already: what is opened says nothing once they were shuffled.
/// </summary>
/// <remarks>
/// Each key is opened once under its own mask. The difference of two keys is then open under the difference of their masks, which the
/// dealer knows, so a comparison
/// of any pair needs no opening of its own: only the carry chain's bits are sent, 2 d - 1 a pair, and one more to open the result. A
/// comparison that opens its
/// difference afresh sends ceil(ring/8) bytes more each way. The masks of different pairs depend on each other; that does no harm, since
/// nothing else is sent under them.
/// </remarks>
public static class Ordering
{
    /// <summary>
    /// Rank of each key among the n of its group (0 the largest), opened to both: groups x n. Null where values are not held.
    /// Keys are such that the difference of two lies in [-2^(ring-1), 2^(ring-1)); ring 2 to 37 bits. Three rounds. For each group, each
    /// way: n ceil(ring/8) bytes
    /// and, for each of n (n-1) / 2 pairs, 2 d bits, where d = ceil((ring-1) / 4).
    /// </summary>
    /// <remarks>Opens the order: call it on distinct keys in secret, fresh places; <see cref="TopK"/> sees to both.</remarks>
    public static async ValueTask<int[]?> RanksOfShuffled(this Mpc mpc, Secret keys, int groups)
    {
        int n = keys.Length / groups, pairs = groups * Pairs(n);
        Words r = mpc.Correlations.Mask(keys.Length);
        Words d = await mpc.OpenUnder(keys.Words, r, keys.Ring);
        Words differences = mpc.Take(pairs), masks = Words.Shape(pairs);
        if (mpc.Computes)
        {
            Differences(d.Span, differences.Span, groups, n);
        }

        if (r.HasValues)
        {
            masks = mpc.Arena.Take(pairs);
            Differences(r.Span, masks.Span, groups, n);
        }

        Words less = await mpc.OpenShuffledOrder(await mpc.SignUnder(differences, masks, keys.Ring), pairs);
        return mpc.Computes ? Ranks(less.Span, groups, n) : null;
    }

    /// <summary>Pairs of n keys.</summary>
    public static int Pairs(int n) => checked((int)((long)n * (n - 1) / 2));

    internal static void Differences(ReadOnlySpan<ulong> x, Span<ulong> to, int groups, int n)
    {
        int at = 0;
        for (int g = 0; g < groups; g++)
        {
            ReadOnlySpan<ulong> group = x.Slice(g * n, n);
            for (int i = 0; i < n; i++)
            {
                for (int j = i + 1; j < n; j++)
                {
                    to[at++] = group[i] - group[j];
                }
            }
        }
    }

    private static int[] Ranks(ReadOnlySpan<ulong> less, int groups, int n)
    {
        int[] ranks = new int[groups * n];
        int at = 0;
        for (int g = 0; g < groups; g++)
        {
            Span<int> group = ranks.AsSpan(g * n, n);
            for (int i = 0; i < n; i++)
            {
                for (int j = i + 1; j < n; j++, at++)
                {
                    int iLoses = (int)(less[at / 64] >> (at % 64)) & 1;
                    group[i] += iLoses;
                    group[j] += 1 - iLoses;
                }
            }
        }

        return ranks;
    }
}
