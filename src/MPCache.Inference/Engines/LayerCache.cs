using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>One layer's keys and values, masked once: for each kv head, capacity x head dim.</summary>
internal sealed class LayerCache
{
    private readonly MaskedRows _keys, _values;

    public LayerCache(Mpc mpc, Arena store, int heads, int capacity, int d)
    {
        (Heads, Capacity, Width) = (heads, capacity, d);
        _keys = new MaskedRows(mpc, store, heads, capacity, d);
        _values = new MaskedRows(mpc, store, heads, capacity, d);
    }

    /// <summary>Key/value heads.</summary>
    public int Heads { get; }

    /// <summary>Words of a row: the head dimension.</summary>
    public int Width { get; }

    /// <summary>Tokens that fit.</summary>
    public int Capacity { get; }

    /// <summary>Number of tokens whose keys are held.</summary>
    public int Tokens { get; private set; }

    /// <summary>Appends rows (heads x rows x head dim).</summary>
    public void AppendKeys(Masked rows, int count)
    {
        if (Tokens + count > Capacity)
        {
            throw new InvalidOperationException($"The cache holds {Capacity} tokens; {Tokens + count} were asked for.");
        }

        _keys.Write(rows, Tokens, count);
        Tokens += count;
    }

    /// <summary>Appends the values of the rows whose keys came last.</summary>
    public void AppendValues(Masked rows, int count) => _values.Write(rows, Tokens - count, count);

    /// <summary>Keys of one head: tokens x head dim.</summary>
    public Masked Keys(int head, int tokens) => _keys.Head(head, tokens);

    /// <summary>Values of one head: tokens x head dim.</summary>
    public Masked Values(int head, int tokens) => _values.Head(head, tokens);

    /// <summary>Copies of the keys and values of a run of tokens: heads x count x head dim each.</summary>
    public (Masked Keys, Masked Values) Read(int from, int count) => (_keys.Read(from, count), _values.Read(from, count));

    /// <summary>
    /// Leaves the first <paramref name="first"/> tokens, then the given rows (heads x count x head dim), then the last <paramref name="last"/> tokens.
    /// </summary>
    public void Replace(int first, Masked keys, Masked values, int count, int last)
    {
        int from = Tokens - last;
        _keys.Move(from, first + count, last);
        _values.Move(from, first + count, last);
        if (count > 0)
        {
            _keys.Write(keys, first, count);
            _values.Write(values, first, count);
        }

        Tokens = first + count + last;
    }

    /// <summary>Leaves the first and the last tokens only: their places are public.</summary>
    public void KeepEnds(int first, int last) => Replace(first, default, default, 0, last);
}
