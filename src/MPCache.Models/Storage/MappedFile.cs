using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;

namespace MPCache.Models.Storage;

/// <summary>
/// A file mapped into memory, read by copying ranges out of it: every range is checked against the file's length, and a read after
/// disposal is an exception, not a fault. The file must not be shortened by someone else while it is open.
/// </summary>
internal sealed class MappedFile : IDisposable
{
    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;

    /// <exception cref="ModelFormatException">The file is missing, empty or may not be read.</exception>
    public MappedFile(string path)
    {
        Path = path;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            Length = stream.Length;
            if (Length == 0)
            {
                throw new ModelFormatException(path, "the file is empty", cure: "Fetch the model again");
            }

            map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            map?.Dispose();
            throw new ModelFormatException(path, error is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file" : $"the file cannot be opened: {error.Message.TrimEnd('.')}", inner: error);
        }
    }

    public string Path { get; }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <summary>Copies <paramref name="destination"/>.Length bytes from <paramref name="offset"/>.</summary>
    /// <exception cref="ModelFormatException">The range leaves the file.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > Length - destination.Length)
        {
            throw new ModelFormatException(Path, $"{destination.Length} bytes at {offset} are beyond the file's {Length}");
        }

        view.SafeMemoryMappedViewHandle.ReadSpan((ulong)offset, destination);
    }

    /// <summary>Feeds the whole file to a hash.</summary>
    public void AppendTo(IncrementalHash hash)
    {
        var buffer = new byte[1 << 20];
        for (long offset = 0; offset < Length; offset += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Length - offset));
            Read(offset, part);
            hash.AppendData(part);
        }
    }

    public void Dispose()
    {
        view.Dispose();
        map.Dispose();
    }
}
