using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using MPCache.Models.Storage;

namespace MPCache.Models.HuggingFace;

/// <summary>One safetensors file: eight bytes of length, that much JSON, then the tensors without gaps.</summary>
internal static class SafetensorsFile
{
    // The format's own limit.
    private const ulong LargestHeader = 100_000_000;
    private const int MostDimensions = 8;

    /// <summary>The tensors of a file by name.</summary>
    /// <exception cref="ModelFormatException">The header is damaged, or the tensors' ranges are not those of the format.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> ReadTensors(MappedFile file)
    {
        if (file.Length < 8)
        {
            throw new ModelFormatException(file.Path, "the file ends inside the header's length", cure: "Fetch it again");
        }

        Span<byte> prefix = stackalloc byte[8];
        file.Read(0, prefix);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > LargestHeader || headerLength > (ulong)(file.Length - 8))
        {
            throw new ModelFormatException(
                file.Path,
                $"its header of {headerLength} bytes leaves the file or is longer than {LargestHeader}",
                cure: "The file is truncated or damaged; fetch it again");
        }

        var data = 8 + (long)headerLength;
        var json = JsonFile.Parse(file.Path, () =>
        {
            var bytes = new byte[headerLength];
            file.Read(8, bytes);
            return bytes;
        });
        var tensors = json.Walk(root => root.EnumerateObject().Where(p => p.Name != "__metadata__")
            .ToDictionary(p => p.Name, p => ReadEntry(file, p.Name, p.Value, data)));
        CheckCover(file, data, tensors.Values);
        return tensors;
    }

    private static StoredTensor ReadEntry(MappedFile file, string name, JsonElement entry, long data)
    {
        var (type, size) = entry.GetProperty("dtype").GetString() switch
        {
            "F32" => (StorageType.F32, 4),
            "F16" => (StorageType.F16, 2),
            "BF16" => (StorageType.BF16, 2),
            "F64" or "I64" or "U64" => (StorageType.Opaque, 8),
            "I32" or "U32" => (StorageType.Opaque, 4),
            "I16" or "U16" => (StorageType.Opaque, 2),
            "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" => (StorageType.Opaque, 1),
            var other => throw new ModelFormatException(
                file.Path,
                $"the type '{ModelFormatException.Printable(other ?? "null")}' is unknown",
                name),
        };

        var dimensions = entry.GetProperty("shape");
        if (dimensions.GetArrayLength() > MostDimensions)
        {
            throw new ModelFormatException(file.Path, $"it has more than {MostDimensions} dimensions", name);
        }

        ImmutableArray<long> shape = [.. dimensions.EnumerateArray().Select(d => d.GetInt64())];
        var offsets = entry.GetProperty("data_offsets");
        var (begin, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        if (offsets.GetArrayLength() != 2 || begin < 0 || end < begin || end > file.Length - data)
        {
            throw new ModelFormatException(
                file.Path,
                $"its range {begin} to {end} is not within the data's {file.Length - data} bytes",
                name,
                "The file is truncated or damaged; fetch it again");
        }

        long bytes = size;
        foreach (var dimension in shape)
        {
            if (dimension <= 0)
            {
                throw new ModelFormatException(file.Path, $"it has a dimension of {dimension}", name);
            }

            // Saturates instead of overflowing: no range of a file is that long, so the comparison below refuses it.
            bytes = bytes > long.MaxValue / dimension ? long.MaxValue : bytes * dimension;
        }

        if (bytes != end - begin)
        {
            throw new ModelFormatException(
                file.Path,
                $"its shape [{string.Join(", ", shape)}] does not take the {end - begin} bytes of its range",
                name);
        }

        return new StoredTensor(file, name, type, shape, data + begin, bytes);
    }

    /// <summary>The format allows neither gaps nor overlaps, so that nothing hides between tensors.</summary>
    private static void CheckCover(MappedFile file, long data, IEnumerable<StoredTensor> tensors)
    {
        var next = data;
        foreach (var tensor in tensors.OrderBy(t => t.Offset))
        {
            if (tensor.Offset != next)
            {
                throw new ModelFormatException(
                    file.Path,
                    $"its data begin at {tensor.Offset - data}, where {next - data} is expected",
                    tensor.Name);
            }

            next += tensor.Bytes;
        }

        if (next != file.Length)
        {
            throw new ModelFormatException(
                file.Path,
                $"{file.Length - next} bytes after the last tensor belong to none",
                cure: "Fetch it again");
        }
    }
}
