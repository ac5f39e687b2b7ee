using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace MPCache.Cache.Tests;

/// <summary>The little of the safetensors format that fixtures use: F16, F32 and I32 tensors, whole file in memory.</summary>
internal sealed class SafeTensors
{
    private readonly byte[] _file;
    private readonly int _dataStart;
    private readonly JsonElement _header;

    public SafeTensors(string path)
    {
        _file = File.ReadAllBytes(path);
        int headerLength = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(_file));
        _dataStart = 8 + headerLength;
        _header = JsonDocument.Parse(Encoding.UTF8.GetString(_file, 8, headerLength)).RootElement.Clone();
    }

    public (float[] Data, int[] Shape) Floats(string name)
    {
        var (type, shape, bytes) = Raw(name);
        return type switch
        {
            "F16" => (MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(h => (float)h).ToArray(), shape),
            "F32" => (MemoryMarshal.Cast<byte, float>(bytes).ToArray(), shape),
            _ => throw new InvalidDataException($"Tensor {name} is {type}, not a float type that fixtures use."),
        };
    }

    public int[] Integers(string name)
    {
        var (type, _, bytes) = Raw(name);
        return type switch
        {
            "I32" => MemoryMarshal.Cast<byte, int>(bytes).ToArray(),
            "I64" => MemoryMarshal.Cast<byte, long>(bytes).ToArray().Select(v => checked((int)v)).ToArray(),
            _ => throw new InvalidDataException($"Tensor {name} is {type}, not an integer type that fixtures use."),
        };
    }

    private (string Type, int[] Shape, byte[] Bytes) Raw(string name)
    {
        if (!_header.TryGetProperty(name, out JsonElement entry))
        {
            throw new InvalidDataException($"There is no tensor {name}.");
        }

        int[] offsets = [.. entry.GetProperty("data_offsets").EnumerateArray().Select(v => v.GetInt32())];
        int[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32())];
        return (entry.GetProperty("dtype").GetString()!, shape, _file[(_dataStart + offsets[0])..(_dataStart + offsets[1])]);
    }
}
