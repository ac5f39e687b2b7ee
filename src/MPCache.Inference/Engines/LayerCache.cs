using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>One layer's keys and values, masked once: for each kv head, capacity x head dim.</summary>
internal sealed class LayerCache
{
    private readonly Tensor _keys, _values;
    private readonly int _heads, _capacity, _d;

    public LayerCache(Mpc mpc, Arena store, int heads, int capacity, int d)
    {
        (_heads, _capacity, _d) = (heads, capacity, d);
        _keys = new Tensor(mpc, store, heads * capacity * d);
        _values = new Tensor(mpc, store, heads * capacity * d);
    }

    /// <summary>Number of tokens whose keys are held.</summary>
    public int Tokens { get; private set; }

    /// <summary>Appends rows (heads x rows x head dim).</summary>
    public void AppendKeys(Masked rows, int count)
    {
        if (Tokens + count > _capacity)
        {
            throw new InvalidOperationException($"The cache holds {_capacity} tokens; {Tokens + count} were asked for.");
        }

        _keys.Append(rows, Tokens, count, _heads, _capacity, _d);
        Tokens += count;
    }

    /// <summary>Appends the values of the rows whose keys came last.</summary>
    public void AppendValues(Masked rows, int count) => _values.Append(rows, Tokens - count, count, _heads, _capacity, _d);

    /// <summary>Keys of one head: tokens x head dim.</summary>
    public Masked Keys(int head, int tokens) => _keys.Head(head, tokens, _capacity, _d);

    /// <summary>Values of one head: tokens x head dim.</summary>
    public Masked Values(int head, int tokens) => _values.Head(head, tokens, _capacity, _d);

    private sealed class Tensor
    {
        private readonly bool _computes, _deals;
        private Masked _all;

        public Tensor(Mpc mpc, Arena store, int words)
        {
            (_computes, _deals) = (mpc.Computes, mpc.Role == Role.Dealer);
            Words Online() => _computes ? store.Take(words) : Words.Shape(words);
            _all = new Masked(Online(), _computes || _deals ? store.Take(words) : Words.Shape(words), Online(), 64, 0);
        }

        public void Append(Masked rows, int at, int count, int heads, int capacity, int d)
        {
            _all = _all with { Ring = rows.Ring, Frac = rows.Frac };
            for (int h = 0; h < heads; h++)
            {
                Copy(rows.A, _all.A, _computes || _deals, h);
                Copy(rows.D, _all.D, _computes, h);
                Copy(rows.X, _all.X, _computes, h);
            }

            void Copy(Words from, Words to, bool has, int h)
            {
                if (has)
                {
                    from.Span.Slice(h * count * d, count * d).CopyTo(to.Span[(((h * capacity) + at) * d)..]);
                }
            }
        }

        public Masked Head(int head, int tokens, int capacity, int d) => _all.Slice(head * capacity * d, tokens * d);
    }
}
