using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>Secrets that outlive a step: for each head, capacity x width; zero until written.</summary>
internal sealed class SecretStore : StoredRows<Secret>
{
    private readonly Mpc _mpc;
    private readonly int _heads, _capacity, _width;
    private Secret _all;

    public SecretStore(Mpc mpc, Arena store, int heads, int capacity, int width)
    {
        (_mpc, _heads, _capacity, _width) = (mpc, heads, capacity, width);
        int words = heads * capacity * width;
        _all = new Secret(mpc.Computes ? store.Zeros(words) : Words.Shape(words), 64, 0);
    }

    public override void Write(Secret rows, int at, int count)
    {
        _all = rows with { Words = _all.Words };
        for (int h = 0; _mpc.Computes && h < _heads; h++)
        {
            rows.Words.Span.Slice(h * count * _width, count * _width).CopyTo(_all.Words.Span[(((h * _capacity) + at) * _width)..]);
        }
    }

    public override Secret Read(int from, int count) => _mpc.Columns(_all, _heads, (from * _width, count * _width));

    public override void Move(int from, int to, int count)
    {
        for (int h = 0; _mpc.Computes && h < _heads; h++)
        {
            Span<ulong> head = _all.Words.Span.Slice(h * _capacity * _width, _capacity * _width);
            head.Slice(from * _width, count * _width).CopyTo(head[(to * _width)..]);
        }
    }
}
