namespace MPCache.Protocols;

/// <summary>Counts what would be dealt.</summary>
public sealed class CostCorrelations : DealtCorrelations
{
    private protected override Words Shared(ulong nonce, int n, bool exclusiveOr) => Words.Shape(n);

    private protected override Words OfClient(ulong nonce, int n) => Words.Shape(n);

    private protected override Words OfServer(ulong nonce, int n) => Words.Shape(n);

    private protected override Words Value(ulong nonce, int n, int ring, Action<Words> fill) => Words.Shape(n);

    private protected override Words Bits(ulong nonce, long bytes, Action<Words> fill) => Words.Shape(WordsFor(bytes));
}
