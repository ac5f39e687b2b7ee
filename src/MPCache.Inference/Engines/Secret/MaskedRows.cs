using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// Rows that were opened under persistent masks: for each head, capacity x width. A role holds what it has: all three parts, the masks
/// alone, or nothing.
/// </summary>
internal sealed class MaskedRows : StoredRows<Factor<Secret>>
{
    private readonly Mpc _mpc;
    private readonly int _heads, _capacity, _width;
    private Masked _all;

    public MaskedRows(Mpc mpc, Arena store, int heads, int capacity, int width)
    {
        (_mpc, _heads, _capacity, _width) = (mpc, heads, capacity, width);
        int words = heads * capacity * width;
        _all = Parts(words, store.Take);
    }

    public override void Write(Factor<Secret> factor, int at, int count)
    {
        Masked rows = ((SecretFactor)factor).Masked;
        _all = _all with { Ring = rows.Ring, Frac = rows.Frac };
        for (int h = 0; h < _heads; h++)
        {
            Copy(rows, h * count, _all, (h * _capacity) + at, count);
        }
    }

    public override Factor<Secret> Read(int from, int count)
    {
        Masked copy = Parts(_heads * count * _width, _mpc.Arena.Take);
        for (int h = 0; h < _heads; h++)
        {
            Copy(_all, (h * _capacity) + from, copy, h * count, count);
        }

        return new SecretFactor(copy with { Ring = _all.Ring, Frac = _all.Frac });
    }

    public override void Move(int from, int to, int count)
    {
        for (int h = 0; h < _heads && from != to; h++)
        {
            Copy(_all, (h * _capacity) + from, _all, (h * _capacity) + to, count);
        }
    }

    /// <summary>One head's first tokens, in place: tokens x width.</summary>
    public Masked Head(int head, int tokens) => _all.Slice(head * _capacity * _width, tokens * _width);

    private Masked Parts(int words, Func<int, Words> take)
    {
        Words Part(bool held) => held ? take(words) : Words.Shape(words);
        return new Masked(Part(_mpc.Computes), Part(_mpc.Computes || _mpc.Role == Role.Dealer), Part(_mpc.Computes), 64, 0);
    }

    private void Copy(Masked from, int fromRow, Masked to, int toRow, int rows)
    {
        Part(from.A, to.A);
        Part(from.D, to.D);
        Part(from.X, to.X);

        void Part(Words source, Words target)
        {
            if (target.HasValues)
            {
                source.Span.Slice(fromRow * _width, rows * _width).CopyTo(target.Span[(toRow * _width)..]);
            }
        }
    }
}
