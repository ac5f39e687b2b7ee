using System.Buffers.Binary;
using MPCache.Kernels;

namespace MPCache.Protocols;

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
            throw new ChannelException(dealer.Peer, $"announces a piece of {length:N0} bytes of corrections; between 1 and "
                + $"{_piece.Length:N0} was expected.");
        }

        dealer.Receive(FrameKind.Corrections, _piece.AsSpan(0, length));
        _at = 0;
        _end = length;
    }
}
