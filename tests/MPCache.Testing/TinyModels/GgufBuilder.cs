using System.Text;

namespace MPCache.Testing;

/// <summary>Writes GGUF files, right or wrong ones, independently of the reader.</summary>
public sealed class GgufBuilder
{
    private readonly List<Action<BinaryWriter>> keys = [];
    private readonly List<(string Name, ulong[] Dims, uint Type, byte[] Data, ulong? Offset)> tensors = [];

    public uint Version { get; set; } = 3;

    public ulong? TensorCount { get; set; }

    public ulong? KeyCount { get; set; }

    public GgufBuilder Key(string key, object value)
    {
        keys.Add(w =>
        {
            String(w, key);
            switch (value)
            {
                case uint n: w.Write(4u); w.Write(n); break;
                case int n: w.Write(5u); w.Write(n); break;
                case float f: w.Write(6u); w.Write(f); break;
                case bool b: w.Write(7u); w.Write(b); break;
                case string s: w.Write(8u); String(w, s); break;
                case ulong n: w.Write(10u); w.Write(n); break;
                case float[] a:
                    w.Write(9u); w.Write(6u); w.Write((ulong)a.Length);
                    Array.ForEach(a, w.Write);
                    break;
                case string[] a:
                    w.Write(9u); w.Write(8u); w.Write((ulong)a.Length);
                    Array.ForEach(a, s => String(w, s));
                    break;
                case int[] a:
                    w.Write(9u); w.Write(5u); w.Write((ulong)a.Length);
                    Array.ForEach(a, w.Write);
                    break;
                case byte[] raw: w.Write(raw); break;
                default: throw new ArgumentException(value.GetType().Name);
            }
        });
        return this;
    }

    /// <param name="name">The tensor's name.</param>
    /// <param name="dims">In GGUF's order, contiguous first.</param>
    /// <param name="type">ggml's number.</param>
    /// <param name="data">Its bytes.</param>
    /// <param name="offset">A wrong offset, if wanted.</param>
    public GgufBuilder Tensor(string name, ulong[] dims, uint type, byte[] data, ulong? offset = null)
    {
        tensors.Add((name, dims, type, data, offset));
        return this;
    }

    public GgufBuilder Tensor(string name, int rows, int columns, float[] values)
    {
        var bytes = new byte[4 * values.Length];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return Tensor(name, columns == 1 ? [(ulong)rows] : [(ulong)columns, (ulong)rows], 0, bytes);
    }

    /// <summary>The file, and where its tensors' data begin.</summary>
    public (byte[] File, int Data) Build()
    {
        var stream = new MemoryStream();
        var w = new BinaryWriter(stream);
        w.Write("GGUF"u8);
        w.Write(Version);
        w.Write(TensorCount ?? (ulong)tensors.Count);
        w.Write(KeyCount ?? (ulong)keys.Count);
        keys.ForEach(k => k(w));
        ulong offset = 0;
        foreach (var t in tensors)
        {
            String(w, t.Name);
            w.Write((uint)t.Dims.Length);
            Array.ForEach(t.Dims, w.Write);
            w.Write(t.Type);
            w.Write(t.Offset ?? offset);
            offset += ((ulong)t.Data.Length + 31) / 32 * 32;
        }

        Pad(w);
        var data = (int)stream.Position;
        foreach (var t in tensors)
        {
            w.Write(t.Data);
            Pad(w);
        }

        return (stream.ToArray(), data);
    }

    private static void String(BinaryWriter w, string s)
    {
        w.Write((ulong)Encoding.UTF8.GetByteCount(s));
        w.Write(Encoding.UTF8.GetBytes(s));
    }

    private static void Pad(BinaryWriter w)
    {
        while (w.BaseStream.Position % 32 != 0)
        {
            w.Write((byte)0);
        }
    }
}
