using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MPCache.Sessions;

/// <summary>
/// The form of a pack's corrections: the bytes of the dealer's stream in blocks of 1 MiB (the last one shorter), each followed by the first
/// 32 bytes of HMAC-SHA-256 over its number (8 bytes, little-endian) and its bytes.
/// </summary>
internal static class PackFile
{
    /// <summary>How the file's name ends.</summary>
    public const string Extension = ".corrections";

    /// <summary>Bytes of a block.</summary>
    public const int Block = MPCache.Protocols.CorrectionWriter.DefaultPiece;

    /// <summary>Bytes of its hash.</summary>
    public const int Hash = 32;

    /// <summary>Bytes of a file that holds so many corrections: exact.</summary>
    public static long Length(long dealt) => dealt + ((dealt + Block - 1) / Block * Hash);

    /// <summary>A block's hash.</summary>
    public static byte[] HashOf(IncrementalHash keyed, long number, ReadOnlySpan<byte> block)
    {
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, number);
        keyed.AppendData(prefix);
        keyed.AppendData(block);
        return keyed.GetHashAndReset();
    }
}
