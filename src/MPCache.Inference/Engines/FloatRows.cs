namespace MPCache.Inference;

/// <summary>Rows of floats that grow at the end and can be thinned out: one layer's keys or values.</summary>
internal sealed class FloatRows(int width)
{
    private float[] _data = new float[width * 64];

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>All rows, one after the other.</summary>
    public ReadOnlyMemory<float> All => _data.AsMemory(0, Count * width);

    /// <summary>One row.</summary>
    public ReadOnlySpan<float> Row(int row) => _data.AsSpan(row * width, width);

    /// <summary>Appends a row.</summary>
    public void Add(ReadOnlySpan<float> row)
    {
        if ((Count + 1) * width > _data.Length)
        {
            Array.Resize(ref _data, _data.Length * 2);
        }

        row.CopyTo(_data.AsSpan(Count * width));
        Count++;
    }

    /// <summary>Keeps, in each of the equal parts of a row, what the rows named for it hold there; they ascend.</summary>
    public void Keep(int[][] rowsOfParts)
    {
        int part = width / rowsOfParts.Length;
        for (int p = 0; p < rowsOfParts.Length; p++)
        {
            for (int i = 0; i < rowsOfParts[p].Length; i++)
            {
                Row(rowsOfParts[p][i]).Slice(p * part, part).CopyTo(_data.AsSpan((i * width) + (p * part)));
            }
        }

        Count = rowsOfParts[0].Length;
    }

    /// <summary>Drops all rows.</summary>
    public void Clear() => Count = 0;
}
