using MPCache.Cache;

namespace MPCache.Inference;

/// <summary>
/// The columns that rows of a sliding layer see: row r of the last <paramref name="rows"/> tokens sees its own and the window - 1 before
/// it. The places are public, so
/// the columns of each row are gathered to the front, and softmax is paid for a window, not for all tokens that the piece sees.
/// </summary>
/// <param name="operations">The engine.</param>
/// <param name="window">Tokens that a row sees at most.</param>
/// <param name="heads">Heads.</param>
/// <param name="rows">Rows of a head.</param>
/// <param name="tokens">Columns; more than the window.</param>
internal sealed class SlidingColumns<T>(ICacheOperations<T> operations, int window, int heads, int rows, int tokens)
{
    /// <summary>The columns that each row (heads x rows) sees, at the front of a row of the window's length.</summary>
    public T Gather(T scores) => operations.MoveRuns(scores, heads * rows, window, r => (Seen(r) - Count(r), 0, Count(r)));

    /// <summary>The same rows back in their columns, zero elsewhere.</summary>
    public T PutBack(T gathered) => operations.MoveRuns(gathered, heads * rows, tokens, r => (0, Seen(r) - Count(r), Count(r)));

    /// <summary>How many columns each row sees.</summary>
    public int[] Valid => [.. Enumerable.Range(0, heads * rows).Select(Count)];

    private int Seen(int row) => tokens - rows + (row % rows) + 1;

    private int Count(int row) => Math.Min(window, Seen(row));
}
