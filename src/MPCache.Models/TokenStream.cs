using System.Text;

namespace MPCache.Models;

/// <summary>
/// Decodes tokens as they arrive, and never gives out half a character: bytes that begin one are kept until it is whole. The pieces joined
/// are what <see cref="ITextTokenizer.Decode"/> makes of all the tokens. For one thread.
/// </summary>
public sealed class TokenStream
{
    private readonly Func<int, ReadOnlyMemory<byte>> bytesOf;
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();

    internal TokenStream(Func<int, ReadOnlyMemory<byte>> bytesOf) => this.bytesOf = bytesOf;

    /// <summary>The text that this token completes; empty while a character is unfinished.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is negative.</exception>
    public string Add(int id) => Decode(bytesOf(id).Span, flush: false);

    /// <summary>What is left at the end: U+FFFD for an unfinished character, else empty. The stream is fresh afterwards.</summary>
    public string Finish() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var characters = new char[decoder.GetCharCount(bytes, flush)];
        var count = decoder.GetChars(bytes, characters, flush);
        return new string(characters, 0, count);
    }
}
