using System.Text;
using System.Text.Json.Nodes;

namespace MPCache.Models.Tests;

/// <summary>Writes safetensors files of F32 tensors, and of any header for the wrong ones.</summary>
internal sealed class SafetensorsBuilder
{
    private readonly MemoryStream data = new();

    public JsonObject Header { get; } = [];

    public SafetensorsBuilder Tensor(string name, int rows, int columns, float[] values)
    {
        var begin = data.Length;
        var bytes = new byte[4 * values.Length];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        data.Write(bytes);
        JsonArray shape = columns == 1 ? [rows] : [rows, columns];
        Header[name] = new JsonObject { ["dtype"] = "F32", ["shape"] = shape, ["data_offsets"] = new JsonArray(begin, data.Length) };
        return this;
    }

    public byte[] Build() => Raw(Header.ToJsonString(), data.ToArray());

    public static byte[] Raw(string header, byte[] data, ulong? length = null)
    {
        var json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes(length ?? (ulong)json.Length), .. json, .. data];
    }
}
