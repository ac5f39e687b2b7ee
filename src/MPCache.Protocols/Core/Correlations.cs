using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Where correlated randomness comes from. All roles make the same calls in the same order; each call draws from its own AES-CTR stream,
/// numbered by its <see cref="StreamKind"/> and <see cref="Drawn"/>, so nothing is drawn twice. What a call returns depends on the role: the client and the
/// server get shares, the dealer gets the value itself.
/// </summary>
/// <remarks>
/// Only corrections travel, and only to the server: a dealt value v is shared as v = c + (v - c), where c is the client's stream.
/// Seeds live for one session, which makes every correlation single use (see docs/security.md).
/// </remarks>
public abstract class Correlations
{
    /// <summary>Number of streams drawn so far; the next one's nonce.</summary>
    public ulong Drawn { get; private set; }

    /// <summary>Bytes of corrections so far.</summary>
    public long Dealt { get; private protected set; }

    /// <summary>A mask of <paramref name="n"/> uniform words, shared additively: nothing is sent.</summary>
    public abstract Words Random(Arena arena, int n);

    /// <summary>The same, shared by exclusive or.</summary>
    public abstract Words RandomBits(Arena arena, long bits);

    /// <summary>Uniform words that the client and the dealer know.</summary>
    public abstract Words ClientRandom(Arena arena, int n);

    /// <summary>Uniform words that the server and the dealer know.</summary>
    public abstract Words ServerRandom(Arena arena, int n);

    /// <summary>
    /// Uniform bits that each party draws for itself; the dealer gets both: (client's, server's). A party gets its own in its own place
    /// and a shape in the other.
    /// </summary>
    public abstract (Words Client, Words Server) PrivateBits(Arena arena, long bits);

    /// <summary>An additive sharing modulo 2^<paramref name="ring"/> of what <paramref name="fill"/> writes; only the dealer calls it.</summary>
    public abstract Words Deal(Arena arena, int n, int ring, Action<Words> fill);

    /// <summary>A sharing by exclusive or of <paramref name="bytes"/> bytes that <paramref name="fill"/> exclusive-ors into its argument.</summary>
    public abstract Words DealBits(Arena arena, long bytes, Action<Words> fill);

    /// <summary>The dealer sends what it has gathered; the others do nothing.</summary>
    public virtual void Flush()
    {
    }

    /// <summary>The nonce of the next stream: its kind in the top byte, so that streams of two kinds are never one, whatever roles believe of the order.</summary>
    private protected ulong Next(StreamKind kind) => ((ulong)kind << 56) | Drawn++;

    /// <summary>Bytes on the wire of one word in Z_2^ring.</summary>
    public static int WireBytes(int ring) => (ring + 7) / 8;

    private protected static int WordsFor(long bytes) => checked((int)((bytes + 7) / 8));
}

/// <summary>
/// What a stream is for. A pad hides what the dealer sends to the server; a mask hides what a party sends online. Were they drawn from one numbering, a dealer that was
/// told another program than the client runs could hide a value of its own under a stream that the client uses as a mask, and the server would read the difference.
/// </summary>
internal enum StreamKind : byte
{
    /// <summary>A mask shared by both parties.</summary>
    Mask = 1,

    /// <summary>The client's share of a dealt value, under which the dealer sends the server's.</summary>
    Pad = 2,

    /// <summary>A mask, bits or a permutation that one party and the dealer know.</summary>
    Private = 3,
}

/// <summary>The client: everything from its own seed.</summary>
public sealed class ClientCorrelations(AesKey key) : Correlations
{
    /// <inheritdoc/>
    public override Words Random(Arena arena, int n) => Draw(arena, StreamKind.Mask, n);

    /// <inheritdoc/>
    public override Words RandomBits(Arena arena, long bits) => Draw(arena, StreamKind.Mask, Words.ForBits(bits));

    /// <inheritdoc/>
    public override Words ClientRandom(Arena arena, int n) => Draw(arena, StreamKind.Private, n);

    /// <inheritdoc/>
    public override Words ServerRandom(Arena arena, int n)
    {
        Next(StreamKind.Private);
        return Words.Shape(n);
    }

    /// <inheritdoc/>
    public override (Words Client, Words Server) PrivateBits(Arena arena, long bits) => (Draw(arena, StreamKind.Private, Words.ForBits(bits)), Words.Shape(Words.ForBits(bits)));

    /// <inheritdoc/>
    public override Words Deal(Arena arena, int n, int ring, Action<Words> fill) => Draw(arena, StreamKind.Pad, n);

    /// <inheritdoc/>
    public override Words DealBits(Arena arena, long bytes, Action<Words> fill) => Draw(arena, StreamKind.Pad, WordsFor(bytes));

    private Words Draw(Arena arena, StreamKind kind, int n)
    {
        Words words = arena.Take(n);
        Kernel.PrgFill(key, Next(kind), 0, words.Span);
        return words;
    }
}

/// <summary>The server: masks from its own seed, dealt values from the dealer's stream.</summary>
public sealed class ServerCorrelations(AesKey key, CorrectionReader reader) : Correlations
{
    /// <inheritdoc/>
    public override Words Random(Arena arena, int n) => Draw(arena, StreamKind.Mask, n);

    /// <inheritdoc/>
    public override Words RandomBits(Arena arena, long bits) => Draw(arena, StreamKind.Mask, Words.ForBits(bits));

    /// <inheritdoc/>
    public override Words ClientRandom(Arena arena, int n)
    {
        Next(StreamKind.Private);
        return Words.Shape(n);
    }

    /// <inheritdoc/>
    public override Words ServerRandom(Arena arena, int n) => Draw(arena, StreamKind.Private, n);

    /// <inheritdoc/>
    public override (Words Client, Words Server) PrivateBits(Arena arena, long bits) => (Words.Shape(Words.ForBits(bits)), Draw(arena, StreamKind.Private, Words.ForBits(bits)));

    /// <inheritdoc/>
    public override Words Deal(Arena arena, int n, int ring, Action<Words> fill)
    {
        Next(StreamKind.Pad);
        Words words = arena.Take(n);
        int width = WireBytes(ring);
        reader.ReadWords(words.Span, width);
        Dealt += (long)n * width;
        return words;
    }

    /// <inheritdoc/>
    public override Words DealBits(Arena arena, long bytes, Action<Words> fill)
    {
        Next(StreamKind.Pad);
        Words words = arena.Take(WordsFor(bytes));
        reader.ReadBytes(words.Bytes[..checked((int)bytes)]);
        words.Bytes[(int)bytes..].Clear();
        Dealt += bytes;
        return words;
    }

    private Words Draw(Arena arena, StreamKind kind, int n)
    {
        Words words = arena.Take(n);
        Kernel.PrgFill(key, Next(kind), 0, words.Span);
        return words;
    }
}

/// <summary>The dealer: knows both seeds, computes every dealt value and sends the server's part.</summary>
public sealed class DealerCorrelations(AesKey client, AesKey server, CorrectionWriter writer) : Correlations
{
    /// <inheritdoc/>
    public override Words Random(Arena arena, int n)
    {
        Words words = arena.Take(n);
        ulong nonce = Next(StreamKind.Mask);
        Kernel.PrgFill(client, nonce, 0, words.Span);
        Kernel.PrgAdd(server, nonce, 0, words.Span);
        return words;
    }

    /// <inheritdoc/>
    public override Words RandomBits(Arena arena, long bits)
    {
        Words words = arena.Take(Words.ForBits(bits));
        ulong nonce = Next(StreamKind.Mask);
        Kernel.PrgFill(client, nonce, 0, words.Span);
        Kernel.PrgXor(server, nonce, 0, words.Span);
        return words;
    }

    /// <inheritdoc/>
    public override Words ClientRandom(Arena arena, int n)
    {
        Words words = arena.Take(n);
        Kernel.PrgFill(client, Next(StreamKind.Private), 0, words.Span);
        return words;
    }

    /// <inheritdoc/>
    public override Words ServerRandom(Arena arena, int n)
    {
        Words words = arena.Take(n);
        Kernel.PrgFill(server, Next(StreamKind.Private), 0, words.Span);
        return words;
    }

    /// <inheritdoc/>
    public override (Words Client, Words Server) PrivateBits(Arena arena, long bits)
    {
        Words c = arena.Take(Words.ForBits(bits)), s = arena.Take(Words.ForBits(bits));
        ulong nonce = Next(StreamKind.Private);
        Kernel.PrgFill(client, nonce, 0, c.Span);
        Kernel.PrgFill(server, nonce, 0, s.Span);
        return (c, s);
    }

    /// <inheritdoc/>
    public override Words Deal(Arena arena, int n, int ring, Action<Words> fill)
    {
        Words value = arena.Take(n);
        Arena.Mark mark = arena.Top;
        fill(value);
        Words correction = arena.Take(n);
        value.Span.CopyTo(correction.Span);
        Kernel.PrgSub(client, Next(StreamKind.Pad), 0, correction.Span);
        int width = WireBytes(ring);
        writer.WriteWords(correction.Span, width);
        Dealt += (long)n * width;
        arena.Release(mark);
        return value;
    }

    /// <inheritdoc/>
    public override Words DealBits(Arena arena, long bytes, Action<Words> fill)
    {
        int n = WordsFor(bytes);
        Words value = arena.Zeros(n);
        Arena.Mark mark = arena.Top;
        fill(value);
        Words correction = arena.Take(n);
        value.Span.CopyTo(correction.Span);
        Kernel.PrgXor(client, Next(StreamKind.Pad), 0, correction.Span);
        writer.WriteBytes(correction.Bytes[..checked((int)bytes)]);
        Dealt += bytes;
        arena.Release(mark);
        return value;
    }

    /// <inheritdoc/>
    public override void Flush() => writer.Flush();
}

/// <summary>No secrecy: every mask is zero, every dealt value is what it is.</summary>
public sealed class ClearCorrelations : Correlations
{
    /// <inheritdoc/>
    public override Words Random(Arena arena, int n) => Zero(arena, StreamKind.Mask, n);

    /// <inheritdoc/>
    public override Words RandomBits(Arena arena, long bits) => Zero(arena, StreamKind.Mask, Words.ForBits(bits));

    /// <inheritdoc/>
    public override Words ClientRandom(Arena arena, int n) => Zero(arena, StreamKind.Private, n);

    /// <inheritdoc/>
    public override Words ServerRandom(Arena arena, int n) => Zero(arena, StreamKind.Private, n);

    /// <inheritdoc/>
    public override (Words Client, Words Server) PrivateBits(Arena arena, long bits) => (Zero(arena, StreamKind.Private, Words.ForBits(bits)), Zero(arena, StreamKind.Private, Words.ForBits(bits)));

    /// <inheritdoc/>
    public override Words Deal(Arena arena, int n, int ring, Action<Words> fill)
    {
        Next(StreamKind.Pad);
        Words words = arena.Take(n);
        Arena.Mark mark = arena.Top;
        fill(words);
        arena.Release(mark);
        return words;
    }

    /// <inheritdoc/>
    public override Words DealBits(Arena arena, long bytes, Action<Words> fill)
    {
        Next(StreamKind.Pad);
        Words words = arena.Zeros(WordsFor(bytes));
        Arena.Mark mark = arena.Top;
        fill(words);
        arena.Release(mark);
        return words;
    }

    private Words Zero(Arena arena, StreamKind kind, int n)
    {
        Next(kind);
        return arena.Zeros(n);
    }
}

/// <summary>Counts what would be dealt.</summary>
public sealed class CostCorrelations : Correlations
{
    /// <inheritdoc/>
    public override Words Random(Arena arena, int n) => Shape(StreamKind.Mask, n);

    /// <inheritdoc/>
    public override Words RandomBits(Arena arena, long bits) => Shape(StreamKind.Mask, Words.ForBits(bits));

    /// <inheritdoc/>
    public override Words ClientRandom(Arena arena, int n) => Shape(StreamKind.Private, n);

    /// <inheritdoc/>
    public override Words ServerRandom(Arena arena, int n) => Shape(StreamKind.Private, n);

    /// <inheritdoc/>
    public override (Words Client, Words Server) PrivateBits(Arena arena, long bits) => (Shape(StreamKind.Private, Words.ForBits(bits)), Words.Shape(Words.ForBits(bits)));

    /// <inheritdoc/>
    public override Words Deal(Arena arena, int n, int ring, Action<Words> fill)
    {
        Dealt += (long)n * WireBytes(ring);
        return Shape(StreamKind.Pad, n);
    }

    /// <inheritdoc/>
    public override Words DealBits(Arena arena, long bytes, Action<Words> fill)
    {
        Dealt += bytes;
        return Shape(StreamKind.Pad, WordsFor(bytes));
    }

    private Words Shape(StreamKind kind, int n)
    {
        Next(kind);
        return Words.Shape(n);
    }
}
