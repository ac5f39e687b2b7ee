using System.Numerics;

namespace MPCache.Protocols;

/// <summary>
/// How to find the k largest of n keys whose order may be opened: a sequence of comparisons whose number is known beforehand, whatever the
/// keys.
/// </summary>
/// <remarks>
/// Either all pairs, or one step of bracketing and then the same problem for what stays open. A step sorts groups of <see cref="Group"/>
/// keys by all pairs, takes
/// each <see cref="Stride"/>-th of a group's order as a sample and sorts the samples. Counting whole runs of s keys between samples bounds
/// every rank: with G groups,
/// at least j s keys are not below the j-th largest sample and at most j s + (G-1)(s-1). So the runs of the first <see cref="Sure"/>
/// samples are among the k for sure,
/// all behind the first <see cref="Bracket"/> samples are not, and at most (Bracket - Sure) s + (G-1)(s-1) keys stay open, a number known
/// beforehand.
/// The planner tries every group and stride and takes the cheapest, counting a round as <see cref="RoundBytes"/> bytes.
/// </remarks>
/// <param name="N">Keys.</param>
/// <param name="K">How many are wanted.</param>
/// <param name="Group">Keys in a group; N where all pairs are compared at once.</param>
/// <param name="Stride">Keys from one sample to the next.</param>
/// <param name="Rest">What is done with the keys that stay open, or null.</param>
public sealed record TopKPlan(int N, int K, int Group, int Stride, TopKPlan? Rest)
{
    /// <summary>Bytes of all rows together that one more round is worth: what a link of 1 Gb/s carries in half a millisecond.</summary>
    public const int RoundBytes = 64_000;

    /// <summary>Groups; the last is filled up with keys below all others.</summary>
    public int Groups => (N + Group - 1) / Group;

    /// <summary>Samples of all groups.</summary>
    public int Samples => Groups * (Group / Stride);

    /// <summary>Samples whose runs are among the k for sure.</summary>
    public int Sure => Math.Max(0, (K - ((Groups - 1) * (Stride - 1))) / Stride);

    /// <summary>Samples behind which no key is among the k.</summary>
    public int Bracket => (K + Stride - 1) / Stride;

    /// <summary>Keys that stay open at most.</summary>
    public int Open => ((Bracket - Sure) * Stride) + ((Groups - 1) * (Stride - 1));

    /// <summary>True where nothing need be compared.</summary>
    public bool Trivial => K == 0 || K == N;

    /// <summary>Rounds in all.</summary>
    public int Rounds => Trivial ? 0 : Rest is null ? 3 : 6 + Rest.Rounds;

    /// <summary>Bits that both parties send for one row, for keys in a ring of so many bits.</summary>
    public long Bits(int ring) => Trivial ? 0 : Rest is null
        ? RanksBits(N, 1, ring)
        : RanksBits(Group, Groups, ring) + RanksBits(Samples, 1, ring) + Rest.Bits(ring);

    /// <summary>The cheapest way for <paramref name="rows"/> rows at once.</summary>
    public static TopKPlan For(int n, int k, int ring, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, n);
        lock (Known)
        {
            if (Known.Count > MostKnown)
            {
                Known.Clear(); // a search takes milliseconds; a service that lives long meets ever new sizes
            }

            return Best(n, k, ring, rows);
        }
    }

    /// <summary>Plans that are remembered at most, but for those of one search.</summary>
    internal const int MostKnown = 1 << 12;

    /// <summary>Plans that are remembered.</summary>
    internal static int Remembered => Known.Count;

    private static readonly Dictionary<(int, int, int, int), TopKPlan> Known = [];

    private static TopKPlan Best(int n, int k, int ring, int rows)
    {
        if (Known.TryGetValue((n, k, ring, rows), out TopKPlan? best))
        {
            return best;
        }

        best = new TopKPlan(n, k, n, 1, null);
        for (int group = 8; !best.Trivial && group <= Math.Min(512, n / 2); group += group < 64 ? 8 : group / 4)
        {
            for (int stride = 2; stride <= group / 2; stride++)
            {
                var step = new TopKPlan(n, k, group, stride, null);
                if (group % stride != 0 || step.Bracket > step.Samples || step.Open > n * 3 / 4)
                {
                    continue;
                }

                int open = step.Open, left = k - (step.Sure * stride);
                var whole = step with { Rest = Best(Math.Max(open, left), left, ring, rows) };
                if (whole.Worth(ring, rows) < best.Worth(ring, rows))
                {
                    best = whole;
                }
            }
        }

        return Known[(n, k, ring, rows)] = best;
    }

    private double Worth(int ring, int rows) => (Bits(ring) / 8.0 * rows) + ((double)Rounds * RoundBytes);

    private static long RanksBits(long n, int groups, int ring) =>
        2 * groups * ((n * 8 * Wire.Bytes(ring)) + (n * (n - 1) / 2 * 2 * Comparison.Digits(ring)));
}
