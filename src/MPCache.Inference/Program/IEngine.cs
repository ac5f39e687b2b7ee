using MPCache.Cache;

namespace MPCache.Inference;

/// <summary>
/// What runs a transformer: floating point in the clear, fixed point in the clear, a party, the dealer or the cost engine. The program that
/// calls it is
/// <see cref="Transformer{T}"/>. T is the engine's tensor, row-major.
/// </summary>
public interface IEngine<T>
{
    /// <summary>Embeds tokens, the first at <paramref name="position"/>: rows x width. Only who owns the prompt looks at the ids.</summary>
    ValueTask<T> Embed(ReadOnlyMemory<int> tokens, int position);

    /// <summary>Each row by its root mean square, or mean and deviation; the weights follow in the next matrix.</summary>
    ValueTask<T> Norm(T x, int layer, NormSite site);

    /// <summary>x W^T + bias.</summary>
    ValueTask<T> Linear(T x, int layer, LinearSite site);

    /// <summary>
    /// Each head's query and key by its root mean square, times weights (<see cref="LinearSite.QueryKeyNorm"/>); values as they are.
    /// </summary>
    ValueTask<T> NormHeads(T queryKeyValue, int layer, int rows);

    /// <summary>What attention or the feed-forward part gave, normalised and times weights, before it is added.</summary>
    /// <param name="y">Rows x width, at whatever scale the matrix before left it.</param>
    /// <param name="layer">From 0.</param>
    /// <param name="site"><see cref="LinearSite.AttentionPostNorm"/> or <see cref="LinearSite.FeedForwardPostNorm"/>.</param>
    ValueTask<T> PostNorm(T y, int layer, LinearSite site);

    /// <summary>What attention and cache policies are written over.</summary>
    ICacheOperations<T> Operations { get; }

    /// <summary>
    /// Heads of one kind out of rows x (heads + 2 key heads) head dim, queries and keys rotated where the model has rotary positions: heads
    /// x rows x head dim.
    /// </summary>
    T SplitHeads(T queryKeyValue, int layer, int rows, int position, HeadKind kind);

    /// <summary>Heads in the format of the cache, ready for products.</summary>
    ValueTask<Factor<T>> Ready(T heads, int layer, HeadKind kind);

    /// <summary>heads x rows x head dim to rows x (heads head dim).</summary>
    T JoinHeads(T heads, int layer, int rows);

    /// <summary>
    /// For measurements: public pseudo-random heads for the tokens from <paramref name="at"/> on, key heads x count x head dim, the same in
    /// every engine.
    /// </summary>
    ValueTask<Factor<T>> Noise(int layer, int at, int count, HeadKind kind);

    /// <summary>The activation of the gate times up, or of up alone.</summary>
    ValueTask<T> Activate(T gateUp, int layer, int rows);

    /// <summary>x + y, y at whatever scale the matrix before left it.</summary>
    ValueTask<T> AddResidual(T x, T y, int layer, LinearSite from);

    /// <summary>The last <paramref name="count"/> of <paramref name="rows"/> rows.</summary>
    T LastRows(T x, int rows, int count);

    /// <summary>
    /// The end of one layer of all pieces under way: temporary memory may be reused; what lives on is replaced by a copy that lasts.
    /// </summary>
    /// <param name="underWay">Each piece's rows; the same piece stays at its place or moves down as earlier ones end.</param>
    void EndLayer(List<T> underWay);
}
