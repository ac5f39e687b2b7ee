namespace MPCache.Secrecy.Tests;

/// <summary>
/// What one party sees of a generation, message by message: the peer's bytes as they came, and what they tell beside its own share.
/// </summary>
internal sealed class PartyView
{
    private readonly List<(Mpc.Exchange Exchange, bool IsCovered)> _exchanges = [];
    private readonly Dictionary<Mpc.Exchange, (ulong[] Words, int Bits)> _learned = [];

    /// <summary>One message, or what was learnt from it: numbers of so many bits.</summary>
    /// <param name="Name">Where in the program, and which.</param>
    /// <param name="IsCovered">False for the few messages that go without a mask.</param>
    /// <param name="Words">The numbers.</param>
    /// <param name="Bits">Bits of each.</param>
    public sealed record Part(string Name, bool IsCovered, ulong[] Words, int Bits)
    {
        /// <summary>Whether this is what the party learns, and not the message itself.</summary>
        public bool IsLearnt { get; init; }

        /// <summary>Whether it is packed bits.</summary>
        public bool IsBits { get; init; }
    }

    /// <summary>Begins to look on as a party.</summary>
    public void Watch(Mpc mpc)
    {
        mpc.Begun = (exchange, _, words) => _exchanges.Add((exchange, words > 0));
        mpc.Learned = (exchange, words, bits) => _learned[exchange] = (words, bits);
    }

    /// <summary>What was learnt, and the messages as bytes.</summary>
    /// <param name="frames">All that the peer sent, in order.</param>
    public IEnumerable<Part> Parts(IReadOnlyList<byte[]> frames)
    {
        int frame = -1;
        foreach ((int number, (Mpc.Exchange exchange, bool covered)) in _exchanges.Index())
        {
            (int start, int length) = exchange.Receives;
            if (length == 0)
            {
                continue;
            }

            frame += start == 0 ? 1 : 0;
            string name = $"{exchange.Stage}, exchange {number}";
            yield return new Part(name, covered, [.. frames[frame].AsSpan(start, length).ToArray().Select(b => (ulong)b)], 8);
            if (_learned.TryGetValue(exchange, out (ulong[] Words, int Bits) learned))
            {
                bool bits = learned.Bits == Mpc.PackedBits;
                yield return bits && length < 8 * learned.Words.Length // some of the last word's are no message's
                    ? new($"{name}, learnt", covered, [.. Bytes(learned.Words)[..length].Select(b => (ulong)b)], 8) { IsLearnt = true }
                    : new($"{name}, learnt", covered, learned.Words, bits ? 64 : learned.Bits) { IsLearnt = true, IsBits = bits };
            }
        }
    }

    private static byte[] Bytes(ulong[] words) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(words.AsSpan()).ToArray();
}
