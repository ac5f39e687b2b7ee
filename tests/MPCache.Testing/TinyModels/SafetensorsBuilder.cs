using System.Text;
using System.Text.Json.Nodes;

namespace MPCache.Testing;

/// <summary>Writes safetensors files, and of any header for the wrong ones.</summary>
public sealed class SafetensorsBuilder
{
    private readonly MemoryStream data = new();

    public JsonObject Header { get; } = [];

    /// <param name="name">The tensor's name.</param>
    /// <param name="rows">Its first dimension.</param>
    /// <param name="columns">Its second; 1 for a vector.</param>
    /// <param name="values">Its numbers.</param>
    /// <param name="type">F32, F16 or BF16 (cut off, not rounded).</param>
    public SafetensorsBuilder Tensor(string name, int rows, int columns, float[] values, string type = "F32")
    {
        var begin = data.Length;
        data.Write([.. values.SelectMany(v => type switch
        {
            "F16" => BitConverter.GetBytes((Half)v),
            "BF16" => BitConverter.GetBytes(v)[2..],
            _ => BitConverter.GetBytes(v),
        })]);
        JsonArray shape = columns == 1 ? [rows] : [rows, columns];
        Header[name] = new JsonObject { ["dtype"] = type, ["shape"] = shape, ["data_offsets"] = new JsonArray(begin, data.Length) };
        return this;
    }

    public byte[] Build() => Raw(Header.ToJsonString(), data.ToArray());

    public static byte[] Raw(string header, byte[] data, ulong? length = null)
    {
        var json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes(length ?? (ulong)json.Length), .. json, .. data];
    }
}
