using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>The dealer's end of the correction stream: gathers bytes and hands them on in pieces.</summary>
/// <param name="sink">Where they go.</param>
/// <param name="pieceBytes">Bytes of a piece at most.</param>
public sealed class CorrectionWriter(ICorrectionSink sink, int pieceBytes = CorrectionWriter.DefaultPiece)
{
    /// <summary>To a server's link.</summary>
    public CorrectionWriter(IChannel server, int pieceBytes = DefaultPiece)
        : this(new CorrectionLink(server), pieceBytes)
    {
    }

    /// <summary>Bytes after which a piece is sent without waiting for a flush.</summary>
    public const int DefaultPiece = 1 << 20;

    private readonly byte[] _piece = new byte[pieceBytes];
    private int _used;

    /// <summary>Appends the low <paramref name="width"/> bytes of each word.</summary>
    public void WriteWords(ReadOnlySpan<ulong> words, int width)
    {
        while (words.Length > 0)
        {
            int take = Math.Min(words.Length, (_piece.Length - _used) / width);
            if (take == 0)
            {
                Flush();
                continue;
            }

            Kernel.Pack(_piece.AsSpan(_used), words[..take], width, take);
            _used += take * width;
            words = words[take..];
        }
    }

    /// <summary>Appends bytes.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_used == _piece.Length)
            {
                Flush();
            }

            int take = Math.Min(bytes.Length, _piece.Length - _used);
            bytes[..take].CopyTo(_piece.AsSpan(_used));
            _used += take;
            bytes = bytes[take..];
        }
    }

    /// <summary>Sends what has been gathered.</summary>
    public void Flush()
    {
        if (_used == 0)
        {
            return;
        }

        sink.Write(_piece.AsSpan(0, _used));
        _used = 0;
    }
}
