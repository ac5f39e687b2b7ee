namespace MPCache.Cache;

/// <summary>Rows of floats, head by head, that grow as they are written.</summary>
internal sealed class ClearRows(int heads, int width)
{
    private readonly float[][] _heads = [.. Enumerable.Range(0, heads).Select(_ => Array.Empty<float>())];

    /// <summary>The first rows of one head: count x width.</summary>
    public ReadOnlySpan<float> Head(int head, int count) => _heads[head].AsSpan(0, count * width);

    /// <summary>Writes rows, heads x count x width.</summary>
    public void Write(float[] rows, int at, int count)
    {
        Reserve(at + count);
        for (int h = 0; h < heads; h++)
        {
            rows.AsSpan(h * count * width, count * width).CopyTo(_heads[h].AsSpan(at * width));
        }
    }

    /// <summary>A copy, heads x count x width.</summary>
    public float[] Read(int from, int count)
    {
        float[] copy = new float[heads * count * width];
        for (int h = 0; h < heads; h++)
        {
            // What was never written is zero.
            ReadOnlySpan<float> held = _heads[h].AsSpan(Math.Min(_heads[h].Length, from * width));
            held[..Math.Min(held.Length, count * width)].CopyTo(copy.AsSpan(h * count * width));
        }

        return copy;
    }

    /// <summary>Moves rows within each head.</summary>
    public void Move(int from, int to, int count)
    {
        Reserve(Math.Max(from, to) + count);
        foreach (float[] head in _heads)
        {
            head.AsSpan(from * width, count * width).CopyTo(head.AsSpan(to * width));
        }
    }

    private void Reserve(int rows)
    {
        for (int h = 0; h < heads && _heads[h].Length < rows * width; h++)
        {
            Array.Resize(ref _heads[h], Math.Max(rows * width, _heads[h].Length * 2));
        }
    }

    /// <summary>As stored tensors.</summary>
    public sealed class Tensors(ClearRows rows) : StoredRows<float[]>
    {
        public override void Write(float[] values, int at, int count) => rows.Write(values, at, count);

        public override float[] Read(int from, int count) => rows.Read(from, count);

        public override void Move(int from, int to, int count) => rows.Move(from, to, count);
    }

    /// <summary>As stored factors.</summary>
    public sealed class Factors(ClearRows rows) : StoredRows<Factor<float[]>>
    {
        public ClearRows Rows => rows;

        public override void Write(Factor<float[]> values, int at, int count) => rows.Write(values.Value, at, count);

        public override Factor<float[]> Read(int from, int count) => new ClearFactor(rows.Read(from, count));

        public override void Move(int from, int to, int count) => rows.Move(from, to, count);
    }
}
