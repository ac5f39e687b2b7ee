using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>The client: everything from its own seed.</summary>
/// <param name="key">The seed.</param>
public sealed class ClientCorrelations(AesKey key) : DealtCorrelations
{
    private protected override bool CountsDealt => false;

    private protected override Words Shared(ulong nonce, int n, bool exclusiveOr) => OfClient(nonce, n);

    private protected override Words OfClient(ulong nonce, int n)
    {
        Words words = Arena.Take(n);
        Kernel.PrgFill(key, nonce, 0, words.Span);
        return words;
    }

    private protected override Words OfServer(ulong nonce, int n) => Words.Shape(n);

    private protected override Words Value(ulong nonce, int n, int ring, Action<Words> fill) => OfClient(nonce, n);

    private protected override Words Bits(ulong nonce, long bytes, Action<Words> fill) => OfClient(nonce, WordsFor(bytes));
}
