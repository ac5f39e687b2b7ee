using System.Buffers.Binary;
using System.Text;
using MPCache.Models.Storage;

namespace MPCache.Models.Gguf;

/// <summary>Reads a GGUF header forwards; no length is believed before it is compared with what is left of the file.</summary>
internal sealed class GgufCursor(MappedFile file, long position = 0)
{
    // Chat templates run to some tens of kilobytes; nothing in a header needs more than this.
    private const int LongestString = 1 << 24;

    public long Position { get; private set; } = position;

    private long Left => file.Length - Position;

    public uint ReadUInt32(string what)
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(bytes, what);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong ReadUInt64(string what)
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes, what);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public string ReadString(string what)
    {
        var bytes = new byte[ReadStringLength(what)];
        Fill(bytes, what);
        return Encoding.UTF8.GetString(bytes);
    }

    public void SkipString(string what) => Skip(ReadStringLength(what), what);

    public void Fill(Span<byte> destination, string what)
    {
        if (destination.Length > Left)
        {
            throw Truncated(what);
        }

        file.Read(Position, destination);
        Position += destination.Length;
    }

    public void Skip(long count, string what)
    {
        if (count > Left)
        {
            throw Truncated(what);
        }

        Position += count;
    }

    /// <summary>A count of things that take at least <paramref name="leastBytes"/> each, so at most as many as fit in the rest.</summary>
    public long ReadCount(long leastBytes, string what)
    {
        var count = ReadUInt64(what);
        if (count > (ulong)(Left / leastBytes))
        {
            throw new ModelFormatException(file.Path, $"{what} is {count}, more than the rest of the file could hold",
                cure: "The file is truncated or damaged; fetch it again");
        }

        return (long)count;
    }

    private int ReadStringLength(string what)
    {
        var length = ReadUInt64(what);
        if (length > (ulong)Left || length > LongestString)
        {
            throw new ModelFormatException(
                file.Path,
                $"a string of {length} bytes ({what}) leaves the file or is longer than {LongestString}",
                cure: "The file is truncated or damaged; fetch it again");
        }

        return (int)length;
    }

    private ModelFormatException Truncated(string what) =>
        new(file.Path, $"the file ends at byte {file.Length} inside {what}", cure: "The file is truncated; fetch it again");
}
