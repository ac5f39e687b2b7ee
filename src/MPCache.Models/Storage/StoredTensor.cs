using System.Collections.Immutable;

namespace MPCache.Models.Storage;

/// <summary>A tensor in a file, its range already checked against the file's length.</summary>
/// <param name="File">The file that it lies in.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Type">How its numbers are stored.</param>
/// <param name="Shape">Row-major: the last dimension is contiguous. All dimensions are positive.</param>
/// <param name="Offset">Of its first byte in the file.</param>
/// <param name="Bytes">That it takes.</param>
internal sealed record StoredTensor(MappedFile File, string Name, StorageType Type, ImmutableArray<long> Shape, long Offset, long Bytes)
{
    public string ShapeText => $"[{string.Join(", ", Shape)}]";

    /// <summary>Bytes of a row; throws nothing for a checked tensor.</summary>
    public static long RowBytes(StorageType type, long columns)
    {
        var (elements, bytes) = StorageTypes.Block(type);
        return checked(columns / elements * bytes);
    }
}
