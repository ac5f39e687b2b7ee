using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using MPCache.Models.Storage;

namespace MPCache.Models.Gguf;

/// <summary>The container: metadata by key and tensors by name, of a little-endian GGUF version 3 file.</summary>
internal sealed class GgufFile
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const uint Version = 3;
    private const int MostDimensions = 4;
    private const long LargestAlignment = 1 << 20;

    private readonly MappedFile file;
    private readonly Dictionary<string, object> metadata = [];
    private readonly Dictionary<string, StoredTensor> tensors = [];

    /// <exception cref="ModelFormatException">Anything in the header is not as the format says.</exception>
    public GgufFile(MappedFile file)
    {
        this.file = file;
        var cursor = new GgufCursor(file);
        if (cursor.ReadUInt32("the magic number") != Magic)
        {
            throw new ModelFormatException(Path, "it does not begin with 'GGUF'", cure: "Give a .gguf file or a Hugging Face folder");
        }

        var version = cursor.ReadUInt32("the version");
        if (version != Version)
        {
            throw new ModelFormatException(Path, version == BinaryPrimitives.ReverseEndianness(Version)
                ? "it is a big-endian GGUF" : $"it is GGUF version {version}, not {Version}", cure: "Convert it with a current llama.cpp");
        }

        // The least a tensor's entry takes: name's length, one character, number of dimensions, one dimension, type, offset.
        var tensorCount = cursor.ReadCount(8 + 1 + 4 + 8 + 4 + 8, "the number of tensors");
        var keyCount = cursor.ReadCount(8 + 4 + 1, "the number of metadata keys");
        for (long i = 0; i < keyCount; i++)
        {
            var key = cursor.ReadString("a metadata key");
            if (!metadata.TryAdd(key, ReadValue(cursor, key)))
            {
                throw new ModelFormatException(Path, $"the metadata key '{ModelFormatException.Printable(key)}' comes twice");
            }
        }

        ReadTensors(cursor, tensorCount);
    }

    public string Path => file.Path;

    public IReadOnlyDictionary<string, StoredTensor> Tensors => tensors;

    public bool Has(string key) => metadata.ContainsKey(key);

    /// <summary>A string, or null where the key is absent.</summary>
    public string? Text(string key) => Value<string>(key, "a string");

    /// <summary>A boolean, or null where the key is absent.</summary>
    public bool? Flag(string key) => Value<object>(key, "a boolean") switch
    {
        null => null,
        bool b => b,
        _ => throw Mistyped(key, "a boolean"),
    };

    /// <summary>An integer that fits 32 bits, or null where the key is absent.</summary>
    public int? Integer(string key) => Value<object>(key, "an integer") switch
    {
        null => null,
        long n when n is >= int.MinValue and <= int.MaxValue => (int)n,
        ulong n when n <= int.MaxValue => (int)n,
        _ => throw Mistyped(key, "an integer of 32 bits"),
    };

    /// <summary>A floating-point number, or null where the key is absent.</summary>
    public float? Number(string key) => Value<object>(key, "a number") switch
    {
        null => null,
        double d => (float)d,
        _ => throw Mistyped(key, "a floating-point number"),
    };

    /// <summary>The strings of an array; null where the key is absent.</summary>
    public string[]? Texts(string key)
    {
        if (Value<GgufArray>(key, "an array") is not { } array)
        {
            return null;
        }

        if (array.Element != GgufValueType.String)
        {
            throw Mistyped(key, "an array of strings");
        }

        var cursor = new GgufCursor(file, array.Offset);
        var result = new string[array.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = cursor.ReadString(key);
        }

        return result;
    }

    /// <summary>The 32-bit integers of an array; null where the key is absent.</summary>
    public int[]? Integers(string key)
    {
        if (Value<GgufArray>(key, "an array") is not { } array)
        {
            return null;
        }

        if (array.Element is not (GgufValueType.Int32 or GgufValueType.UInt32))
        {
            throw Mistyped(key, "an array of 32-bit integers");
        }

        var cursor = new GgufCursor(file, array.Offset);
        var result = new int[array.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (int)cursor.ReadUInt32(key);
        }

        return result;
    }

    /// <summary>The 32-bit floating-point numbers of an array; null where the key is absent.</summary>
    public float[]? Numbers(string key)
    {
        if (Value<GgufArray>(key, "an array") is not { } array)
        {
            return null;
        }

        if (array.Element != GgufValueType.Float32)
        {
            throw Mistyped(key, "an array of 32-bit floating-point numbers");
        }

        var bytes = new byte[4 * array.Count];
        new GgufCursor(file, array.Offset).Fill(bytes, key);
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }

    /// <summary>Whether the key is there and its value is an array.</summary>
    public bool IsArray(string key) => metadata.GetValueOrDefault(key) is GgufArray;

    /// <summary>The booleans of an array; null where the key is absent.</summary>
    public bool[]? Flags(string key)
    {
        if (Value<GgufArray>(key, "an array") is not { } array)
        {
            return null;
        }

        if (array.Element != GgufValueType.Bool)
        {
            throw Mistyped(key, "an array of booleans");
        }

        var bytes = new byte[array.Count];
        new GgufCursor(file, array.Offset).Fill(bytes, key);
        return Array.ConvertAll(bytes, b => b != 0);
    }

    private static int FixedSize(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => 0,
    };

    private T? Value<T>(string key, string expected)
        where T : class
    {
        if (!metadata.TryGetValue(key, out var value))
        {
            return null;
        }

        return value as T ?? throw Mistyped(key, expected);
    }

    private ModelFormatException Mistyped(string key, string expected) => new(Path, $"the metadata key '{key}' is not {expected}");

    private object ReadValue(GgufCursor cursor, string key)
    {
        var type = (GgufValueType)cursor.ReadUInt32("a metadata type");
        if (type == GgufValueType.String)
        {
            return cursor.ReadString(key);
        }

        if (type == GgufValueType.Array)
        {
            return SkipArray(cursor, key);
        }

        var size = FixedSize(type);
        if (size == 0)
        {
            throw new ModelFormatException(Path,
                $"the metadata key '{ModelFormatException.Printable(key)}' has the unknown type {(uint)type}");
        }

        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        cursor.Fill(bytes[..size], "a metadata value");
        var bits = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return type switch
        {
            GgufValueType.Int8 => (long)(sbyte)bits,
            GgufValueType.Int16 => (long)(short)bits,
            GgufValueType.Int32 => (long)(int)bits,
            GgufValueType.Int64 => (long)bits,
            GgufValueType.Float32 => (double)BitConverter.UInt32BitsToSingle((uint)bits),
            GgufValueType.Float64 => BitConverter.UInt64BitsToDouble(bits),
            GgufValueType.Bool when bits > 1 =>
                throw new ModelFormatException(Path,
                    $"the metadata key '{ModelFormatException.Printable(key)}' is a boolean of value {bits}"),
            GgufValueType.Bool => bits == 1,
            _ => bits,
        };
    }

    private GgufArray SkipArray(GgufCursor cursor, string key)
    {
        var element = (GgufValueType)cursor.ReadUInt32("an array's type");
        var size = FixedSize(element);
        if (size == 0 && element != GgufValueType.String)
        {
            throw new ModelFormatException(Path, $"the metadata key '{ModelFormatException.Printable(key)}' is an array of "
                + (element == GgufValueType.Array ? "arrays" : $"the unknown type {(uint)element}"));
        }

        var count = cursor.ReadCount(size == 0 ? 8 : size, "an array's length");
        var array = new GgufArray(element, count, cursor.Position);
        if (count > Array.MaxLength)
        {
            throw new ModelFormatException(Path, $"the metadata key '{ModelFormatException.Printable(key)}' is an array of {count}");
        }

        if (size != 0)
        {
            cursor.Skip(count * size, "an array");
            return array;
        }

        for (long i = 0; i < count; i++)
        {
            cursor.SkipString("a string of an array");
        }

        return array;
    }

    private void ReadTensors(GgufCursor cursor, long count)
    {
        long alignment = Integer("general.alignment") ?? 32;
        if (alignment is <= 0 or > LargestAlignment || !BitOperations.IsPow2(alignment))
        {
            throw new ModelFormatException(Path, $"the alignment {alignment} is not a power of two up to {LargestAlignment}");
        }

        var found = new List<(string Name, StorageType Type, ImmutableArray<long> Shape, ulong Offset, long Bytes)>();
        for (long i = 0; i < count; i++)
        {
            var name = cursor.ReadString("a tensor's name");
            var shape = ReadShape(cursor, name);
            var number = cursor.ReadUInt32("a tensor's type");
            var type = StorageTypes.FromGgml(number) ?? throw new ModelFormatException(Path, $"ggml's type {number} is not supported", name,
                "Use a model in F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K or Q6_K");
            found.Add((name, type, shape, cursor.ReadUInt64("a tensor's offset"), CheckedBytes(name, type, shape)));
        }

        var data = (cursor.Position + alignment - 1) / alignment * alignment;
        foreach (var (name, type, shape, offset, bytes) in found)
        {
            if (offset % (ulong)alignment != 0)
            {
                throw new ModelFormatException(Path, $"its offset {offset} is not a multiple of the alignment {alignment}", name);
            }

            if (offset > (ulong)file.Length || bytes > file.Length - data - (long)offset)
            {
                throw new ModelFormatException(Path, $"its {bytes} bytes at offset {offset} of the data are beyond the end of the file",
                    name, "The file is truncated; fetch it again");
            }

            if (!tensors.TryAdd(name, new StoredTensor(file, name, type, shape, data + (long)offset, bytes)))
            {
                throw new ModelFormatException(Path, "there are two of that name", name);
            }
        }
    }

    /// <summary>GGUF lists the contiguous dimension first; the result is row-major, so the other way round.</summary>
    private ImmutableArray<long> ReadShape(GgufCursor cursor, string name)
    {
        var dimensions = cursor.ReadUInt32("a tensor's number of dimensions");
        if (dimensions is 0 or > MostDimensions)
        {
            throw new ModelFormatException(Path, $"it has {dimensions} dimensions, not 1 to {MostDimensions}", name);
        }

        var shape = new long[dimensions];
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            var length = cursor.ReadUInt64("a tensor's dimension");
            if (length is 0 or > long.MaxValue)
            {
                throw new ModelFormatException(Path, $"it has a dimension of {length}", name);
            }

            shape[i] = (long)length;
        }

        return [.. shape];
    }

    private long CheckedBytes(string name, StorageType type, ImmutableArray<long> shape)
    {
        var columns = shape[^1];
        if (columns % StorageTypes.Block(type).Elements != 0)
        {
            throw new ModelFormatException(Path, $"its rows of {columns} are not whole blocks of {type}", name);
        }

        try
        {
            var bytes = StoredTensor.RowBytes(type, columns);
            foreach (var dimension in shape[..^1])
            {
                bytes = checked(bytes * dimension);
            }

            return bytes;
        }
        catch (OverflowException)
        {
            throw new ModelFormatException(Path, "its dimensions multiply to more than 64 bits", name);
        }
    }
}
