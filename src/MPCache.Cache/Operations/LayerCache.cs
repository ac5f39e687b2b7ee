namespace MPCache.Cache;

/// <summary>One layer's keys and values, ready for products: for each key head, tokens x head dim.</summary>
public sealed class LayerCache<T>
{
    private readonly int _capacity;

    /// <summary>An empty cache.</summary>
    /// <param name="operations">The engine.</param>
    /// <param name="heads">Key heads.</param>
    /// <param name="capacity">Tokens that fit.</param>
    /// <param name="width">Head dimension.</param>
    public LayerCache(ICacheOperations<T> operations, int heads, int capacity, int width)
    {
        _capacity = capacity;
        Keys = operations.StoreFactors(heads, capacity, width);
        Values = operations.StoreFactors(heads, capacity, width);
    }

    /// <summary>Keys: for each key head, tokens x head dim.</summary>
    public StoredRows<Factor<T>> Keys { get; }

    /// <summary>Values, likewise.</summary>
    public StoredRows<Factor<T>> Values { get; }

    /// <summary>Number of tokens whose keys are held.</summary>
    public int Tokens { get; private set; }

    /// <summary>Appends keys (heads x count x head dim).</summary>
    /// <exception cref="InvalidOperationException">They do not fit.</exception>
    public void AppendKeys(Factor<T> rows, int count)
    {
        if (Tokens + count > _capacity)
        {
            throw new InvalidOperationException($"The cache holds {_capacity} tokens; {Tokens + count} were asked for.");
        }

        Keys.Write(rows, Tokens, count);
        Tokens += count;
    }

    /// <summary>Appends the values of the rows whose keys came last.</summary>
    public void AppendValues(Factor<T> rows, int count) => Values.Write(rows, Tokens - count, count);

    /// <summary>
    /// Leaves the first <paramref name="first"/> tokens, then the given rows (heads x <paramref name="count"/> x head dim), then the last
    /// <paramref name="last"/> tokens.
    /// </summary>
    public void Replace(int first, Factor<T> keys, Factor<T> values, int count, int last)
    {
        int from = Tokens - last;
        Keys.Move(from, first + count, last);
        Values.Move(from, first + count, last);
        if (count > 0)
        {
            Keys.Write(keys, first, count);
            Values.Write(values, first, count);
        }

        Tokens = first + count + last;
    }

    /// <summary>Leaves the first and the last tokens only: their places are public.</summary>
    public void KeepEnds(int first, int last)
    {
        Keys.Move(Tokens - last, first, last);
        Values.Move(Tokens - last, first, last);
        Tokens = first + last;
    }

    /// <summary>The last tokens leave.</summary>
    public void DropLast(int count) => Tokens -= count;

    /// <summary>
    /// Of the tokens between the first <paramref name="first"/> and the last <paramref name="last"/> leaves those at hidden places (a row a
    /// key head); the ends stay.
    /// Keys and values move side by side: on shares a round for the move and two to make them ready again.
    /// </summary>
    public async ValueTask Keep(ICacheOperations<T> operations, int first, HiddenPlaces middle, int last)
    {
        Factor<T> keys = Keys.Read(first, middle.Candidates), values = Values.Read(first, middle.Candidates);
        ValueTask<Factor<T>> movedKeys = operations.Move(keys, middle), movedValues = operations.Move(values, middle);
        keys = await movedKeys;
        Replace(first, keys, await movedValues, middle.Kept, last);
    }
}
