using System.Numerics;

namespace MPCache.Secrecy.Tests;

/// <summary>
/// Finds one stretch of randomness under two values. A sort of streams is re-seeded several times with all else fixed; each value's changes
/// are then a signature of the randomness that covers it, and two equal or opposite signatures are one stream used twice.
/// </summary>
/// <remarks>
/// What is covered moves a little as well, by the roundings of other shares, so signatures are compared with room: of numbers the eight
/// highest bits of what is opened, within <see cref="Room"/> (a rounding below, a borrow); of bits, whole words, with so many of them
/// different. Corrections do not depend on anything online: they are compared exactly, byte by byte, and with the parties' messages too.
/// Two independent signatures of k changes match with probability (5/256)^k, 2^-8k, or below exp(-k 64 D(1/3, 1/2)).
/// </remarks>
internal static class ReuseDetector
{
    private const int Room = 2;

    /// <summary>Changes of one value, and where it stands.</summary>
    public readonly record struct Signature(string Where, ulong[] Changes);

    /// <summary>Changes of every part's numbers against the first run's.</summary>
    /// <param name="runs">Each run's parts.</param>
    /// <param name="which">Those that count.</param>
    /// <param name="bits">Bits of the numbers that count, the lowest.</param>
    /// <param name="exclusiveOr">Whether a change is a difference or an exclusive or.</param>
    public static IEnumerable<Signature> Of(
        IReadOnlyList<List<PartyView.Part>> runs,
        Func<PartyView.Part, bool> which,
        int bits,
        bool exclusiveOr)
    {
        for (int p = 0; p < runs[0].Count; p++)
        {
            PartyView.Part first = runs[0][p];
            for (int w = 0; which(first) && w < first.Words.Length; w++)
            {
                ulong[] changes = [.. runs.Skip(1).Select(run => exclusiveOr
                    ? run[p].Words[w] ^ first.Words[w]
                    : (run[p].Words[w] - first.Words[w]) << (64 - bits) >> (64 - bits))];
                if (changes.Any(c => c != 0))
                {
                    yield return new Signature($"{first.Name}, number {w}", changes);
                }
            }
        }
    }

    /// <summary>Pairs of bytes that change alike, or oppositely.</summary>
    public static IEnumerable<string> Exactly(IEnumerable<Signature> bytes)
    {
        var seen = new Dictionary<ulong, string>();
        foreach (Signature s in bytes)
        {
            ulong key = Key(s.Changes, 1), opposite = Key(s.Changes, -1);
            if (seen.TryGetValue(key, out string? other) || seen.TryGetValue(opposite, out other))
            {
                yield return $"{other}; {s.Where}";
            }

            seen[key] = s.Where;
        }
    }

    /// <summary>Pairs of numbers whose highest bits change alike, or oppositely, up to roundings.</summary>
    /// <param name="numbers">Signatures of changes that fill so many bits.</param>
    /// <param name="bits">Bits of the ring.</param>
    public static IEnumerable<string> Nearly(IEnumerable<Signature> numbers, int bits)
    {
        int high = Math.Min(8, bits), room = Room << (8 - high);
        (string Where, byte[] Top)[] covered =
        [
            .. numbers.Select(s => (s.Where, Top: s.Changes.Select(c => (byte)((c >> (bits - high)) << (8 - high))).ToArray()))
                .Where(s => 2 * s.Top.Count(t => Distance(t, 0) > 4 * room) > s.Top.Length), // the others change by roundings alone
        ];
        byte[][] tops = [.. covered.Select(s => s.Top)];
        string[] names = [.. covered.Select(s => s.Where)];
        ILookup<int, int> byFirstTwo = Enumerable.Range(0, tops.Length).ToLookup(i => (tops[i][0] << 8) | tops[i][1]);
        for (int i = 0; i < tops.Length; i++)
        {
            byte[] opposite = [.. tops[i].Select(t => (byte)-t)];
            foreach (byte[] like in new[] { tops[i], opposite })
            {
                foreach (int j in Around(like[0], room).SelectMany(a => Around(like[1], room).SelectMany(b => byFirstTwo[(a << 8) | b])))
                {
                    if (j < i && Enumerable.Range(2, like.Length - 2).All(k => Distance(tops[j][k], like[k]) <= room))
                    {
                        yield return $"{names[j]}; {names[i]}";
                    }
                }
            }
        }
    }

    private static IEnumerable<byte> Around(byte value, int room)
        => Enumerable.Range(-room, (2 * room) + 1).Select(off => (byte)(value + off));

    /// <summary>Pairs of words of bits that change alike in two bits of three.</summary>
    public static IEnumerable<string> Mostly(IEnumerable<Signature> words)
    {
        // The others change by roundings alone, or are too short to tell.
        Signature[] all = [.. words.Where(s => s.Changes.Sum(BitOperations.PopCount) > 16 * s.Changes.Length)];
        int k = all.Length == 0 ? 0 : all[0].Changes.Length, most = 64 * k / 3;
        for (int i = 0; i < all.Length; i++)
        {
            ulong[] a = all[i].Changes;
            for (int j = 0; j < i; j++)
            {
                ulong[] b = all[j].Changes;
                int apart = 0;
                for (int c = 0; c < k && apart <= most; c++)
                {
                    apart += BitOperations.PopCount(a[c] ^ b[c]);
                }

                if (apart <= most)
                {
                    yield return $"{all[j].Where}; {all[i].Where}";
                }
            }
        }
    }

    private static int Distance(byte a, byte b) => Math.Abs((int)(sbyte)(byte)(a - b));

    private static ulong Key(ulong[] changes, int sign)
        => changes.Take(8).Aggregate(0ul, (key, c) => (key << 8) | (byte)(sign * (int)(c & 0xFF)));
}
