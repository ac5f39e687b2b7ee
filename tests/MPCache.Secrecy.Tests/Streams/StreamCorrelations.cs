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
        Words words = Own(client ?? server, nonce, n);
        if (client is not null && server is not null)
        {
            Arena.Mark mark = Arena.Top;
            Words other = Own(server, nonce, n);
            Combine(words.Span, other.Span, exclusiveOr, subtract: false);
            Arena.Release(mark);
        }

        return words.HasValues ? words : Arena.Zeros(n);
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
                return Evaluated(Arena.Take(n), fill, nonce, exclusiveOr: false, c => writer!.WriteWords(c.Span, Wire.Bytes(ring)));
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
                return Evaluated(Arena.Zeros(n), fill, nonce, exclusiveOr: true, c => writer!.WriteBytes(c.Bytes[..(int)bytes]));
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

    private Words Evaluated(Words value, Action<Words> fill, ulong nonce, bool exclusiveOr, Action<Words> send)
    {
        Arena.Mark mark = Arena.Top;
        fill(value);
        if (writer is not null)
        {
            Words correction = Arena.Take(value.Length), pad = Own(client, nonce, value.Length);
            value.Span.CopyTo(correction.Span);
            Combine(correction.Span, pad.Span, exclusiveOr, subtract: true);
            send(correction);
        }

        Arena.Release(mark);
        return value;
    }

    private static void Combine(Span<ulong> to, ReadOnlySpan<ulong> other, bool exclusiveOr, bool subtract)
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = exclusiveOr ? to[i] ^ other[i] : subtract ? to[i] - other[i] : to[i] + other[i];
        }
    }
}
