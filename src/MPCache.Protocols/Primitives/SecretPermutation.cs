namespace MPCache.Protocols;

/// <summary>
/// A permutation that nobody knows: the client's after the server's, each drawn from its owner's seed. The dealer knows both.
/// </summary>
/// <param name="Client">The client's part: row i of the result is row Client[i] of the input; empty where unknown.</param>
/// <param name="Server">The server's part.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Block">Rows that change places among themselves alone: so many after so many.</param>
public sealed record SecretPermutation(uint[] Client, uint[] Server, int Rows, int Block)
{
    /// <summary>
    /// The permutation that applies to block b of a new order what this one does to block <paramref name="blocks"/>[b]; each has <paramref
    /// name="rows"/> rows.
    /// </summary>
    public SecretPermutation Blocks(int[] blocks, int rows)
    {
        uint[] Pick(uint[] order) => order.Length == 0 ? order :
            [.. blocks.SelectMany(
                (from, to) => Enumerable.Range(0, rows).Select(i => (uint)((int)order[(from * rows) + i] + ((to - from) * rows))))];
        return new SecretPermutation(Pick(Client), Pick(Server), blocks.Length * rows, Block);
    }
}
