using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>
/// A piece's header, 16 bytes: kind (1), version (1), zero (2), number of the piece on this link (4), length of the whole message (8),
/// little-endian.
/// </summary>
internal readonly record struct Frame(FrameKind Kind, uint Number, long Length)
{
    /// <summary>Bytes of a header.</summary>
    public const int HeaderBytes = 16;

    /// <summary>
    /// Largest payload of a piece: multi-megabyte frames crawl, small ones cost a wake-up each (bench/MPCache.Bench, transport).
    /// </summary>
    public const int PieceBytes = 1 << 18;

    /// <summary>Longest message that anybody may announce.</summary>
    public const long LongestMessage = int.MaxValue;

    private const byte Version = 1;

    public void Write(Span<byte> to)
    {
        to[0] = (byte)Kind;
        to[1] = Version;
        to[2] = to[3] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], Length);
    }

    public static bool TryRead(ReadOnlySpan<byte> from, out Frame frame)
    {
        frame = default;
        if (from.Length is < HeaderBytes or > HeaderBytes + PieceBytes || from[1] != Version || from[2] != 0 || from[3] != 0
            || !Enum.IsDefined((FrameKind)from[0]))
        {
            return false;
        }

        frame = new Frame((FrameKind)from[0], BinaryPrimitives.ReadUInt32LittleEndian(from[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[8..]));
        return frame.Length is >= 0 and <= LongestMessage;
    }
}
