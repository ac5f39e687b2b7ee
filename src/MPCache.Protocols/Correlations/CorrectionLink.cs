using System.Buffers.Binary;

namespace MPCache.Protocols;

/// <summary>
/// Corrections over a link. A piece is two frames, its length (4 bytes, little-endian) and its bytes, so the reader needs no agreement on
/// where pieces end.
/// </summary>
/// <param name="peer">Link to the dealer at the server, to the server at the dealer.</param>
public sealed class CorrectionLink(IChannel peer) : ICorrectionSource, ICorrectionSink
{
    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> piece)
    {
        Span<byte> header = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, piece.Length);
        peer.Send(FrameKind.Corrections, header);
        peer.Send(FrameKind.Corrections, piece);
    }

    /// <inheritdoc/>
    public int Read(Span<byte> piece)
    {
        Span<byte> header = stackalloc byte[4];
        peer.Receive(FrameKind.Corrections, header);
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length <= 0 || length > piece.Length)
        {
            throw new ChannelException(peer.Peer, $"announces a piece of {length:N0} bytes of corrections; between 1 and "
                + $"{piece.Length:N0} was expected.");
        }

        peer.Receive(FrameKind.Corrections, piece[..length]);
        return length;
    }
}
