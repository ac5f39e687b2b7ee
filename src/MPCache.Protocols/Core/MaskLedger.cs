namespace MPCache.Protocols;

/// <summary>
/// What masks were given out in this step, and which have covered a message. A message names its mask when it is begun
/// (<see cref="Mpc.Begin"/>); one that was spent, is too
/// short, or is no mask at all ends the run instead of being sent.
/// </summary>
/// <remarks>
/// A mask is known by its address. Memory is given back step by step, and what was given out before is forgotten then: it is in nobody's
/// hands any more.
/// </remarks>
internal sealed class MaskLedger
{
    private readonly Dictionary<nint, Entry> _entries = [];

    private sealed class Entry(int length, StreamKind kind)
    {
        public int Length { get; } = length;

        public StreamKind Kind { get; } = kind;

        public bool Spent { get; set; }
    }

    /// <summary>Words that a source of correlations hands out.</summary>
    public Words Given(Words words, StreamKind kind)
    {
        if (words is { HasValues: true, Length: > 0 })
        {
            _entries[words.Address] = new Entry(words.Length, kind);
        }

        return words;
    }

    /// <summary>Spends a mask for a message of <paramref name="needed"/> words of 64 bits, or of packed bits.</summary>
    /// <exception cref="InvalidOperationException">It must not cover this message: the protocol is wrong, and nothing is sent.</exception>
    public void Spend(Words mask, int needed)
    {
        if (!mask.HasValues || mask.Length == 0)
        {
            return; // this role sends nothing here
        }

        if (!_entries.TryGetValue(mask.Address, out Entry? entry))
        {
            throw new InvalidOperationException("A value would be sent under words that no source of correlations gave out in this step.");
        }

        if (entry.Kind == StreamKind.Pad)
        {
            throw new InvalidOperationException("A value would be sent under a dealt share: the dealer has used that stream as a pad.");
        }

        if (entry.Length < needed || mask.Length < needed)
        {
            throw new InvalidOperationException($"A message of {needed:N0} words would be sent under a mask of "
                + $"{Math.Min(entry.Length, mask.Length):N0}.");
        }

        if (entry.Spent)
        {
            throw new InvalidOperationException("A value would be sent under a mask that has covered another.");
        }

        entry.Spent = true;
    }

    /// <summary>The step is over.</summary>
    public void Forget() => _entries.Clear();
}
