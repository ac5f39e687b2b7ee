using System.Buffers.Binary;
using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// The dealer's end of the correction stream: gathers bytes and sends them in pieces. A piece is two frames, its length (4 bytes,
/// little-endian) and its bytes, so the reader needs no agreement on where pieces end.
/// </summary>
public sealed class CorrectionWriter(IChannel server, int pieceBytes = CorrectionWriter.DefaultPiece)
{
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

        Span<byte> header = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, _used);
        server.Send(FrameKind.Corrections, header);
        server.Send(FrameKind.Corrections, _piece.AsSpan(0, _used));
        _used = 0;
    }
}

/// <summary>The server's end of the correction stream.</summary>
public sealed class CorrectionReader(IChannel dealer, int pieceBytes = CorrectionWriter.DefaultPiece)
{
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
                NextPiece();
            }

            int take = Math.Min(bytes.Length, _end - _at);
            _piece.AsSpan(_at, take).CopyTo(bytes);
            _at += take;
            bytes = bytes[take..];
        }
    }

    private void NextPiece()
    {
        Span<byte> header = stackalloc byte[4];
        dealer.Receive(FrameKind.Corrections, header);
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length <= 0 || length > _piece.Length)
        {
            throw new ChannelException(dealer.Peer, $"announces a piece of {length:N0} bytes of corrections; between 1 and {_piece.Length:N0} was expected.");
        }

        dealer.Receive(FrameKind.Corrections, _piece.AsSpan(0, length));
        _at = 0;
        _end = length;
    }
}
