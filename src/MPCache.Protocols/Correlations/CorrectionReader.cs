using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>The server's end of the correction stream.</summary>
/// <param name="source">Where it comes from.</param>
/// <param name="pieceBytes">Bytes of a piece at most.</param>
public sealed class CorrectionReader(ICorrectionSource source, int pieceBytes = CorrectionWriter.DefaultPiece)
{
    /// <summary>Of a dealer's stream.</summary>
    public CorrectionReader(IChannel dealer, int pieceBytes = CorrectionWriter.DefaultPiece)
        : this(new CorrectionLink(dealer), pieceBytes)
    {
    }

    private readonly byte[] _piece = new byte[pieceBytes];
    private int _at;
    private int _end;

    /// <summary>Reads one word from each <paramref name="width"/> bytes.</summary>
    public void ReadWords(Span<ulong> words, int width)
    {
        Span<byte> split = stackalloc byte[8];
        while (words.Length > 0)
        {
            int take = Math.Min(words.Length, (_end - _at) / width);
            if (take == 0)
            {
                ReadBytes(split[..width]); // a word across two pieces
                Kernel.Unpack(words[..1], split[..width], width, 1);
                words = words[1..];
                continue;
            }

            Kernel.Unpack(words[..take], _piece.AsSpan(_at, take * width), width, take);
            _at += take * width;
            words = words[take..];
        }
    }

    /// <summary>Reads bytes.</summary>
    public void ReadBytes(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, source.Read(_piece));
            }

            int take = Math.Min(bytes.Length, _end - _at);
            _piece.AsSpan(_at, take).CopyTo(bytes);
            _at += take;
            bytes = bytes[take..];
        }
    }
}
