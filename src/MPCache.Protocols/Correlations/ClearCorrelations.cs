namespace MPCache.Protocols;

/// <summary>No secrecy: every mask is zero, every dealt value is what its formula makes of zeros.</summary>
public sealed class ClearCorrelations : DealtCorrelations
{
    private protected override bool CountsDealt => false;

    private protected override Words Shared(ulong nonce, int n, bool exclusiveOr) => Arena.Zeros(n);

    private protected override Words OfClient(ulong nonce, int n) => Arena.Zeros(n);

    private protected override Words OfServer(ulong nonce, int n) => Arena.Zeros(n);

    private protected override Words Value(ulong nonce, int n, int ring, Action<Words> fill)
    {
        Words words = Arena.Take(n);
        Arena.Mark mark = Arena.Top;
        fill(words);
        Arena.Release(mark);
        return words;
    }

    private protected override Words Bits(ulong nonce, long bytes, Action<Words> fill)
    {
        Words words = Arena.Zeros(WordsFor(bytes));
        Arena.Mark mark = Arena.Top;
        fill(words);
        Arena.Release(mark);
        return words;
    }

    /// <summary>Zero: the table that is held here is no mask.</summary>
    public override Words TableProduct(Words a, IEmbeddingTable table, int m) => Arena.Zeros(m * table.Width);

    /// <summary>Zero in any order.</summary>
    public override Words PermutedRows(Words a, uint[] order, int block, int rowWords, int ring) => Arena.Zeros(a.Length);
}
