using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// The operations of attention and cache policies on shares, for every role of <see cref="Mpc"/>. Keys and values were opened once under
/// persistent masks: scores and
/// weighted sums over the whole cache are local, and only the softmax between them is paid for an element.
/// </summary>
internal sealed partial class SecretOperations(
    Mpc mpc,
    ModelConfig config,
    FixedPointPlan plan,
    Arena store,
    int scoreGrowth) : ICacheOperations<Secret>
{
    /// <inheritdoc/>
    public IClearValues<Secret>? InTheClear => null;

    /// <summary>What was done so far.</summary>
    public OperationCounts Counts { get; private set; }

    /// <summary>A layer's queries, with room for what the policy makes of scores.</summary>
    public NumberFormat Query(int layer) => Formats.Query(plan.Layers[layer]).Wider(scoreGrowth);

    /// <summary>A layer's keys, likewise.</summary>
    public NumberFormat Key(int layer) => Formats.Key(plan.Layers[layer]).Wider(scoreGrowth);

    /// <inheritdoc/>
    public void Stage(string name) => mpc.Stage = name;

    /// <inheritdoc/>
    public IDisposable Scope() => new ArenaScope(mpc, mpc.Arena.Top);

    /// <inheritdoc/>
    public StoredRows<Factor<Secret>> StoreFactors(int heads, int capacity, int width)
        => new MaskedRows(mpc, store, heads, capacity, width);

    /// <inheritdoc/>
    public StoredRows<Secret> Store(int heads, int capacity, int width) => new SecretStore(mpc, store, heads, capacity, width);

    // ---- public linear maps ----------------------------------------------------------------------------

    /// <inheritdoc/>
    public Secret Add(Secret x, Secret y)
    {
        Words sum = mpc.Take(x.Length);
        if (mpc.Computes)
        {
            Kernel.Add(sum.Span, x.Words.Span, y.Words.Span, x.Length);
        }

        return x with { Words = sum };
    }

    /// <inheritdoc/>
    public Secret Blend(Secret x, double a, Secret y, double b)
    {
        ulong wholeOfA = (ulong)Math.Round(Math.ScaleB(a, Formats.ClusterAlphaFrac)), wholeOfB = (ulong)Math.Round(
            Math.ScaleB(b, Formats.ClusterAlphaFrac));
        Words blend = mpc.Zeros(x.Length);
        if (mpc.Computes)
        {
            Kernel.ScaleAdd(blend.Span, x.Words.Span, wholeOfA, x.Length);
            Kernel.ScaleAdd(blend.Span, y.Words.Span, wholeOfB, x.Length);
        }

        return new Secret(blend, Math.Min(x.Ring, Formats.ClusterKey.Ring), x.Frac + Formats.ClusterAlphaFrac);
    }

    /// <inheritdoc/>
    public Secret Columns(Secret x, int blocks, params (int From, int Count)[] runs) => mpc.Columns(x, blocks, runs);

    /// <inheritdoc/>
    public Secret Block(Secret x, int block, int blocks) => x.Slice(x.Length / blocks * block, x.Length / blocks);

    /// <inheritdoc/>
    public Secret Beside(int blocks, params Secret[] parts) => mpc.Beside(blocks, parts);

    /// <inheritdoc/>
    public Secret MoveRuns(Secret x, int rows, int columns, Func<int, (int From, int To, int Count)> runOf)
    {
        int stride = x.Length / rows;
        Words moved = mpc.Zeros(rows * columns);
        for (int r = 0; mpc.Computes && r < rows; r++)
        {
            (int from, int to, int count) = runOf(r);
            x.Words.Span.Slice((r * stride) + from, count).CopyTo(moved.Span[((r * columns) + to)..]);
        }

        return x with { Words = moved };
    }

    /// <inheritdoc/>
    public Secret Zeros(Secret like, int length) => like with { Words = mpc.Zeros(length) };

    /// <inheritdoc/>
    public Secret SumsOfRuns(Secret x, int size) => mpc.SumsOfRuns(x, size);

    /// <inheritdoc/>
    public Secret SumsOfBlocks(Secret x, int blocks, int groups) => mpc.SumsOfBlocks(x, blocks, groups);

    /// <inheritdoc/>
    public Secret SumsAround(Secret x, int blocks, int before, int after, Func<int, bool>? without = null)
        => mpc.SumsAround(x, blocks, before, after, without);

    private sealed class ArenaScope(Mpc mpc, Arena.Mark mark) : IDisposable
    {
        public void Dispose() => mpc.Release(mark);
    }
}
