namespace MPCache.Secrecy.Tests;

/// <summary>
/// Counts ones at every bit position of every message over many runs with each of two secrets, and says where they differ or, under a mask,
/// are not as often one as zero.
/// </summary>
/// <remarks>
/// A count of m fair bits is m/2 + t or more with probability exp(-m D) at most, where D is the relative entropy of 1/2 + t/m to 1/2
/// (Chernoff). m D is held below a limit under which all positions of honest runs together fail with probability
/// <see cref="FalseAlarm"/>. Bits that are one with some other probability, but the same for both secrets, differ no more often than fair
/// ones: E exp(s (X - Y)) = 1 + 2 p (1 - p) (cosh s - 1) is largest for p = 1/2. A position is looked at by itself and, under a mask,
/// with the same bit of its message's other words. Where there are so few samples that a bit that never changes would pass, the test
/// fails.
/// </remarks>
internal sealed class BitCounts
{
    /// <summary>Probability that honest runs fail, at most.</summary>
    public const double FalseAlarm = 1e-6;

    private readonly Dictionary<string, Message> _messages = [];

    private sealed class Message(bool covered, int words, int bits)
    {
        public bool IsCovered => covered;

        public int Bits => bits;

        public int Words => words;

        /// <summary>Ones of each bit, by secret.</summary>
        public int[][] Ones { get; } = [new int[words * bits], new int[words * bits]];

        public int[] Runs { get; } = [0, 0];
    }

    /// <summary>Bit positions so far.</summary>
    public long Positions => _messages.Values.Sum(m => (long)m.Words * m.Bits);

    /// <summary>Takes one run's message in.</summary>
    public void Add(int secret, PartyView.Part part)
    {
        if (!_messages.TryGetValue(part.Name + part.Bits, out Message? message))
        {
            _messages[part.Name + part.Bits] = message = new Message(part.IsCovered, part.Words.Length, part.Bits);
        }

        Assert.Equal(message.Words, part.Words.Length);
        message.Runs[secret]++;
        Span<int> ones = message.Ones[secret];
        foreach (ulong word in part.Words)
        {
            for (int b = 0; b < part.Bits; b++)
            {
                ones[b] += (int)(word >> b) & 1;
            }

            ones = ones[part.Bits..];
        }
    }

    /// <summary>Where the two secrets tell themselves apart; empty for honest parties but with probability <see cref="FalseAlarm"/>.</summary>
    public List<string> Failures()
    {
        double rest = Math.Log(2 * 4 * Positions / FalseAlarm); // four questions a position
        var found = new List<string>();
        foreach ((string name, Message m) in _messages)
        {
            int runs = m.Runs[0];
            if (runs != m.Runs[1] || Surprise(2L * runs, runs) <= rest)
            {
                found.Add($"{name}: {runs} and {m.Runs[1]} runs are too few samples");
                continue;
            }

            for (int b = 0; b < m.Bits; b++)
            {
                long one = 0, two = 0;
                for (int at = b; at < m.Ones[0].Length; at += m.Bits)
                {
                    Judge(found, m, $"{name}, word {at / m.Bits}, bit {b}", m.Ones[0][at], m.Ones[1][at], runs, rest);
                    (one, two) = (one + m.Ones[0][at], two + m.Ones[1][at]);
                }

                if (m.IsCovered)
                {
                    Judge(found, m, $"{name}, bit {b} of all words", one, two, (long)m.Words * runs, rest);
                }
            }
        }

        return found;
    }

    private static void Judge(List<string> found, Message message, string where, long one, long two, long each, double rest)
    {
        if (Surprise(2 * each, Math.Abs(one - two)) > rest)
        {
            found.Add($"{where}: one in {one} and in {two} of {each}");
        }
        else if (message.IsCovered && Surprise(2 * each, Math.Abs(one + two - each)) > rest)
        {
            found.Add($"{where}: one in {one + two} of {2 * each}, whatever the secret");
        }
    }

    /// <summary>m D for a count of m that is off by t; infinite precision is not needed.</summary>
    private static double Surprise(long m, long t)
    {
        static double Term(double p) => p <= 0 ? 0 : p * Math.Log(p);
        double high = Math.Min(1, 0.5 + ((double)t / m));
        return m * (Math.Log(2) + Term(high) + Term(1 - high));
    }
}
