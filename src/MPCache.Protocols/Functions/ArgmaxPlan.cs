namespace MPCache.Protocols;

/// <summary>
/// How to find the largest of n values: levels of groups in which all pairs are compared, until one is left. Larger groups take fewer
/// rounds and more pairs.
/// </summary>
/// <remarks>
/// A level takes a round for its openings, one for the signs of pairs, one for each of <see cref="Ands"/> and one that chooses. The planner
/// tries sizes of groups and ways to AND, and takes the cheapest, counting a round as <see cref="RoundBytes"/> bytes and a dealt byte, which
/// another link carries ahead of need, as a quarter of one that the parties exchange.
/// </remarks>
/// <param name="N">Values of a row.</param>
/// <param name="Group">Values in a group; the last group is filled up.</param>
/// <param name="Ands">Bits of each AND before the choice.</param>
/// <param name="Choice">Bits whose product is dealt as words in the round that chooses.</param>
/// <param name="Rest">What is done with the groups' winners; null where one group is all.</param>
public sealed record ArgmaxPlan(int N, int Group, int[] Ands, int Choice, ArgmaxPlan? Rest)
{
    /// <summary>
    /// Bytes each way that one more round is worth: what a link of 100 Mb/s carries in 40 ms. A token has few rounds here and few bytes;
    /// where rounds are cheap, so are these bytes.
    /// </summary>
    public const int RoundBytes = 500_000;

    private const int MostChoice = 4;
    private static readonly int[] s_arities = [2, 3, 4, 5, 6, 7, 8];
    private static readonly int[][] s_ands =
    [
        [],
        .. s_arities.Select(a => new[] { a }),
        .. s_arities.SelectMany(a => s_arities.Select(b => new[] { a, b })),
    ];

    private static readonly Dictionary<(int, int, int, bool), ArgmaxPlan?> s_known = [];

    /// <summary>Groups of a row.</summary>
    public int Groups => (N + Group - 1) / Group;

    /// <summary>Bits of an element that are ANDed in all: its opponents, filled up.</summary>
    public int Planes => Ands.Aggregate(Choice, (planes, arity) => planes * arity);

    /// <summary>Rounds in all.</summary>
    public int Rounds => 3 + Ands.Length + (Rest?.Rounds ?? 0);

    /// <summary>Payload bytes each way for one row of values in a ring of so many bits.</summary>
    public long Bytes(int ring) => Bytes(ring, Argmax.IndexBits(N), first: true);

    /// <summary>Bytes dealt for one row.</summary>
    public long Dealt(int ring) => Dealt(ring, Argmax.IndexBits(N), first: true);

    /// <summary>The cheapest way for rows of n values whose differences need <paramref name="ring"/> bits; null for one value.</summary>
    public static ArgmaxPlan? For(int n, int ring)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        lock (s_known)
        {
            return Best(n, ring, Argmax.IndexBits(n), first: true);
        }
    }

    private long Bytes(int ring, int indexBits, bool first)
    {
        long n = (long)Groups * Group, words = (n + 63) / 64, pairs = (long)Groups * Ordering.Pairs(Group), pairWords = (pairs + 63) / 64;
        long bytes = n * (Wire.Bytes(ring) + (first ? 0 : Wire.Bytes(indexBits)))
            + (pairWords * 8 * ((2 * Comparison.Digits(ring)) - 1))
            + (8 * words * Choice);
        int planes = Planes;
        foreach (int arity in Ands)
        {
            bytes += 8 * words * planes;
            planes /= arity;
        }

        return bytes + (Rest?.Bytes(ring, indexBits, first: false) ?? 0);
    }

    private long Dealt(int ring, int indexBits, bool first)
    {
        long n = (long)Groups * Group, words = (n + 63) / 64, pairs = (long)Groups * Ordering.Pairs(Group), pairWords = (pairs + 63) / 64;
        int digits = Comparison.Digits(ring), planes = Planes;
        long chosen = Rest is null ? Wire.Bytes(indexBits) : Wire.Bytes(Math.Max(ring, indexBits)) + Wire.Bytes(ring);
        long subsets = (1L << Choice) - 1;
        long bytes = (pairs * digits << (Comparison.Digit - 3)) + (pairWords * 8 * ((1L << digits) + (1L << (digits - 1)) - 1))
            + (n * subsets * (chosen + (first ? 0 : Wire.Bytes(indexBits)))) + (Choice == 1 ? 0 : subsets * words * 8);
        foreach (int arity in Ands)
        {
            planes /= arity;
            bytes += ((1L << arity) - 1) * planes * words * 8;
        }

        return bytes + (Rest?.Dealt(ring, indexBits, first: false) ?? 0);
    }

    private static ArgmaxPlan? Best(int n, int ring, int indexBits, bool first)
    {
        if (n == 1)
        {
            return null;
        }

        if (s_known.TryGetValue((n, ring, indexBits, first), out ArgmaxPlan? best))
        {
            return best;
        }

        double least = double.MaxValue;
        foreach (int group in Sizes(n))
        {
            int groups = (n + group - 1) / group;
            ArgmaxPlan? rest = Best(groups, ring, indexBits, first: false);
            foreach (int[] ands in s_ands)
            {
                int product = ands.Aggregate(1, (p, a) => p * a), choice = (group - 1 + product - 1) / product;
                if (choice > MostChoice || product > group)
                {
                    continue;
                }

                var plan = new ArgmaxPlan(n, group, ands, choice, rest);
                double worth = plan.Bytes(ring, indexBits, first) + (plan.Dealt(ring, indexBits, first) / 4.0)
                    + ((double)plan.Rounds * RoundBytes);
                (best, least) = worth < least ? (plan, worth) : (best, least);
            }
        }

        return s_known[(n, ring, indexBits, first)] = best;
    }

    private static IEnumerable<int> Sizes(int n)
    {
        for (int group = 2; group < n && group <= 256; group += group < 16 ? 1 : group < 64 ? 4 : 16)
        {
            yield return group;
        }

        if (n <= 512)
        {
            yield return n;
        }
    }
}
