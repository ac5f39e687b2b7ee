using MPCache.Kernels;

namespace MPCache.Secrecy.Tests;

/// <summary>
/// Dealt correlations of any role whose streams are given: honest ones, ones that were solved for, or ones with a fault planted. What the
/// product's classes do with seeds, this does with streams; a role without its own (<see cref="Role.Clear"/>) evaluates formulas alone.
/// </summary>
/// <param name="role">Client, server, dealer or clear.</param>
/// <param name="client">The client's streams; null where the role knows none.</param>
/// <param name="server">The server's.</param>
/// <param name="reader">The server's end of the corrections.</param>
/// <param name="writer">The dealer's.</param>
internal sealed class StreamCorrelations(
    Role role,
    StreamOf? client = null,
    StreamOf? server = null,
    CorrectionReader? reader = null,
    CorrectionWriter? writer = null) : DealtCorrelations
{
    private protected override Words Shared(ulong nonce, int n, bool exclusiveOr)
    {
        Words words = Arena.Zeros(n);
        foreach (ulong[] share in new[] { Draw(client, nonce, n), Draw(server, nonce, n) })
        {
            for (int i = 0; i < n; i++)
            {
                words.Span[i] = exclusiveOr ? words.Span[i] ^ share[i] : words.Span[i] + share[i];
            }
        }

        return words;
    }

    private protected override Words OfClient(ulong nonce, int n) => Own(client, nonce, n);

    private protected override Words OfServer(ulong nonce, int n) => Own(server, nonce, n);

    private protected override Words Value(ulong nonce, int n, int ring, Action<Words> fill)
    {
        switch (role)
        {
            case Role.Client:
                return OfClient(nonce, n);
            case Role.Server:
                Words received = Arena.Take(n);
                reader!.ReadWords(received.Span, Wire.Bytes(ring));
                return received;
            default:
                Words value = Evaluated(Arena.Take(n), fill);
                writer?.WriteWords(value.Span.ToArray().Zip(Draw(client, nonce, n), (v, p) => v - p).ToArray(), Wire.Bytes(ring));
                return value;
        }
    }

    private protected override Words Bits(ulong nonce, long bytes, Action<Words> fill)
    {
        int n = WordsFor(bytes);
        switch (role)
        {
            case Role.Client:
                return OfClient(nonce, n);
            case Role.Server:
                Words received = Arena.Zeros(n);
                reader!.ReadBytes(received.Bytes[..(int)bytes]);
                return received;
            default:
                Words value = Evaluated(Arena.Zeros(n), fill);
                ulong[] correction = [.. value.Span.ToArray().Zip(Draw(client, nonce, n), (v, p) => v ^ p)];
                writer?.WriteBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(correction.AsSpan())[..(int)bytes]);
                return value;
        }
    }

    private protected override void Send() => writer?.Flush();

    private Words Own(StreamOf? stream, ulong nonce, int n)
    {
        if (stream is null)
        {
            return Words.Shape(n);
        }

        Words words = Arena.Take(n);
        stream(nonce, words.Span);
        return words;
    }

    private static ulong[] Draw(StreamOf? stream, ulong nonce, int n)
    {
        ulong[] words = new ulong[n];
        stream?.Invoke(nonce, words);
        return words;
    }

    private Words Evaluated(Words value, Action<Words> fill)
    {
        Arena.Mark mark = Arena.Top;
        fill(value);
        Arena.Release(mark);
        return value;
    }
}
