using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// The columns that rows of a sliding layer see: row r of the last <paramref name="rows"/> tokens sees its own and the window - 1 before it. The places are public, so
/// the columns of each row are gathered to the front, and softmax is paid for a window, not for all tokens that the piece sees.
/// </summary>
/// <param name="window">Tokens that a row sees at most.</param>
/// <param name="rows">Rows of a head.</param>
/// <param name="tokens">Columns; more than the window.</param>
internal sealed class SlidingColumns(int window, int rows, int tokens)
{
    /// <summary>The columns that each of <paramref name="allRows"/> rows (heads x rows) sees, at the front of a row of the window's length.</summary>
    public Secret Gather(Mpc mpc, Secret scores, int allRows) =>
        Move(mpc, scores, allRows, window, (r, from, to) => Seen(from.Slice(r * tokens, tokens), r).CopyTo(to[(r * window)..]));

    /// <summary>The same rows back in their columns, zero elsewhere.</summary>
    public Secret Scatter(Mpc mpc, Secret gathered, int allRows) =>
        Move(mpc, gathered, allRows, tokens, (r, from, to) => from.Slice(r * window, Count(r)).CopyTo(Seen(to.Slice(r * tokens, tokens), r)));

    /// <summary>How many columns each row sees.</summary>
    public int[] Valid(int allRows) => [.. Enumerable.Range(0, allRows).Select(Count)];

    private int Count(int row) => Math.Min(window, tokens - rows + (row % rows) + 1);

    private Span<ulong> Seen(Span<ulong> columns, int row) => columns[..(tokens - rows + (row % rows) + 1)][^Count(row)..];

    private delegate void RowMove(int row, Span<ulong> from, Span<ulong> to);

    private static Secret Move(Mpc mpc, Secret x, int allRows, int columns, RowMove move)
    {
        Words moved = mpc.Zeros(allRows * columns);
        for (int r = 0; mpc.Computes && r < allRows; r++)
        {
            move(r, x.Words.Span, moved.Span);
        }

        return x with { Words = moved };
    }
}
