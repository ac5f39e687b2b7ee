using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>The dealer: knows both seeds, computes every dealt value and sends the server's part.</summary>
/// <param name="client">The client's seed.</param>
/// <param name="server">The server's seed.</param>
/// <param name="writer">The stream of corrections.</param>
public sealed class DealerCorrelations(AesKey client, AesKey server, CorrectionWriter writer) : DealtCorrelations
{
    private protected override Words Shared(ulong nonce, int n, bool exclusiveOr)
    {
        Words words = OfClient(nonce, n);
        if (exclusiveOr)
        {
            Kernel.PrgXor(server, nonce, 0, words.Span);
        }
        else
        {
            Kernel.PrgAdd(server, nonce, 0, words.Span);
        }

        return words;
    }

    private protected override Words OfClient(ulong nonce, int n)
    {
        Words words = Arena.Take(n);
        Kernel.PrgFill(client, nonce, 0, words.Span);
        return words;
    }

    private protected override Words OfServer(ulong nonce, int n)
    {
        Words words = Arena.Take(n);
        Kernel.PrgFill(server, nonce, 0, words.Span);
        return words;
    }

    private protected override Words Value(ulong nonce, int n, int ring, Action<Words> fill)
    {
        Words value = Arena.Take(n);
        Arena.Mark mark = Arena.Top;
        fill(value);
        Words correction = Arena.Take(n);
        value.Span.CopyTo(correction.Span);
        Kernel.PrgSub(client, nonce, 0, correction.Span);
        writer.WriteWords(correction.Span, Wire.Bytes(ring));
        Arena.Release(mark);
        return value;
    }

    private protected override Words Bits(ulong nonce, long bytes, Action<Words> fill)
    {
        int n = WordsFor(bytes);
        Words value = Arena.Zeros(n);
        Arena.Mark mark = Arena.Top;
        fill(value);
        Words correction = Arena.Take(n);
        value.Span.CopyTo(correction.Span);
        Kernel.PrgXor(client, nonce, 0, correction.Span);
        writer.WriteBytes(correction.Bytes[..checked((int)bytes)]);
        Arena.Release(mark);
        return value;
    }

    private protected override void Send() => writer.Flush();
}
