using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Products of the client's masks with one masked matrix, for several single rows to come. What the client and the dealer compute of a
/// linear layer does not depend on
/// its input, so one pass over the matrix, which is larger than any cache, serves several decoding steps. What crosses the wire, and when,
/// stays the same.
/// </summary>
/// <remarks>
/// Masks are drawn for all of the rows at once and each is used once. Rows that are not used, because the text ended, are dropped.
/// </remarks>
public sealed class ProductsAhead
{
    /// <summary>Rows of a full batch: enough to make reading the matrix cheap beside multiplying.</summary>
    public const int Batch = 8;

    private readonly IWeights _weights;
    private readonly Words _masks, _products; // batch x columns at the client, batch x rows at the client and the dealer
    private int _left, _size, _next;

    /// <summary>Products with <paramref name="weights"/>.</summary>
    /// <param name="mpc">The role's run.</param>
    /// <param name="store">Memory that lasts as long as this.</param>
    /// <param name="weights">The matrix.</param>
    /// <param name="uses">Rows that will be asked for at most.</param>
    /// <param name="first">Rows of the first batch, 1 to <see cref="Batch"/>: matrices that begin with different ones spread their work
    /// over the steps.</param>
    public ProductsAhead(Mpc mpc, Arena store, IWeights weights, int uses, int first)
    {
        (_weights, _left, _next) = (weights, uses, first);
        Words Held(bool held, int n) => held ? store.Take(n) : Words.Shape(n);
        _masks = Held(mpc.Role == Role.Client, Batch * weights.Columns);
        _products = Held(mpc.Role is Role.Client or Role.Dealer, Batch * weights.Rows);
    }

    private int Used { get; set; }

    /// <summary>
    /// The next mask A (1 x columns, at the client) and its product with the masked matrix (1 x rows, at the client and the dealer).
    /// </summary>
    internal (Words Mask, Words Product) Take(Mpc mpc)
    {
        if (Used == _size)
        {
            Refill(mpc);
        }

        int at = Used++, k = _weights.Columns, n = _weights.Rows;
        _left--;
        return (mpc.Correlations.HandOn(_masks.Slice(at * k, k)), _products.Slice(at * n, n));
    }

    private void Refill(Mpc mpc)
    {
        if (_left < 1)
        {
            throw new InvalidOperationException("More rows were asked for than were announced.");
        }

        _size = Math.Min(_next, _left);
        (_next, Used) = (Batch, 0);
        int k = _weights.Columns, n = _weights.Rows;
        Words a = mpc.Correlations.ClientMask(_size * k);
        if (mpc.Role == Role.Client)
        {
            a.Span.CopyTo(_masks.Span);
        }

        if (_products.HasValues)
        {
            Kernel.GemmNtU64(_products.Span, n, a.Span, k, _weights.Masked, k, _size, n, k, 0);
        }
    }
}
