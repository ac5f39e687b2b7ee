using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>The server: masks from its own seed, dealt values from the dealer's stream.</summary>
/// <param name="key">The seed.</param>
/// <param name="reader">The stream of corrections.</param>
public sealed class ServerCorrelations(AesKey key, CorrectionReader reader) : DealtCorrelations
{
    private protected override Words Shared(ulong nonce, int n, bool exclusiveOr) => OfServer(nonce, n);

    private protected override Words OfClient(ulong nonce, int n) => Words.Shape(n);

    private protected override Words OfServer(ulong nonce, int n)
    {
        Words words = Arena.Take(n);
        Kernel.PrgFill(key, nonce, 0, words.Span);
        return words;
    }

    private protected override Words Value(ulong nonce, int n, int ring, Action<Words> fill)
    {
        Words words = Arena.Take(n);
        reader.ReadWords(words.Span, Wire.Bytes(ring));
        return words;
    }

    private protected override Words Bits(ulong nonce, long bytes, Action<Words> fill)
    {
        Words words = Arena.Take(WordsFor(bytes));
        reader.ReadBytes(words.Bytes[..checked((int)bytes)]);
        words.Bytes[(int)bytes..].Clear();
        return words;
    }
}
