namespace MPCache.Cache;

/// <summary>
/// Which run of the text each place of a cascade stands for, all of it public. Behind the first tokens lie sub-caches, the oldest first: the
/// newest takes every token; a place of the i-th before it stands for 2^i tokens, of which one is there.
/// </summary>
/// <param name="sinks">First tokens, which stay.</param>
/// <param name="size">Places of a sub-cache.</param>
/// <param name="levels">Sub-caches.</param>
public sealed class CascadeLayout(int sinks, int size, int levels)
{
    private readonly List<(int From, int Size)>[] _levels = [.. Enumerable.Range(0, levels).Select(_ => new List<(int, int)>())];
    private int _tokens;

    /// <summary>What the newest token made of an older one.</summary>
    /// <param name="Place">The place at which a token is dropped, or at which it and the next compete for one place.</param>
    /// <param name="Competes">Whether two compete; else the token at the place goes.</param>
    public sealed record Change(int Place, bool Competes);

    /// <summary>Places that are taken.</summary>
    public int Count => Math.Min(_tokens, sinks) + _levels.Sum(l => l.Count);

    /// <summary>Runs of the text behind the first tokens, oldest first; one token of each is in the cache.</summary>
    public IEnumerable<(int From, int Size)> Runs => _levels.Reverse().SelectMany(l => l);

    /// <summary>The layout after so many tokens.</summary>
    public static CascadeLayout After(int tokens, int sinks, int size, int levels)
    {
        var layout = new CascadeLayout(sinks, size, levels);
        for (int t = 0; t < tokens; t++)
        {
            layout.Push();
        }

        return layout;
    }

    /// <summary>Takes in the next token of the text, which stands at the end of the cache.</summary>
    public Change? Push()
    {
        int token = _tokens++;
        if (token < sinks)
        {
            return null;
        }

        _levels[0].Add((token, 1));
        for (int i = 0; _levels[i].Count > size; i++)
        {
            (int From, int Size) oldest = _levels[i][0];
            _levels[i].RemoveAt(0);
            if (i == levels - 1)
            {
                return new Change(sinks, Competes: false);
            }

            List<(int From, int Size)> older = _levels[i + 1];
            if (older.Count > 0 && older[^1].Size < 1 << (i + 1))
            {
                older[^1] = (older[^1].From, older[^1].Size + oldest.Size);
                return new Change(sinks + _levels.Skip(i + 1).Sum(l => l.Count) - 1, Competes: true);
            }

            older.Add(oldest);
        }

        return null;
    }
}
