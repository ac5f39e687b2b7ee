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

    /// <summary>The same rows in an array of their own.</summary>
    public FloatRows Copy() => new(width) { _data = _data[..], Count = Count };

    /// <summary>
    /// Keeps of each of the equal parts of a row (one a head) the rows named for it, ascending, and drops the others: row i then holds each head's own i-th.
    /// </summary>
    /// <exception cref="ArgumentException">The heads keep different numbers of rows.</exception>
    public void KeepOfHeads(int[][] rowsOfHead)
    {
        int part = width / rowsOfHead.Length;
        for (int h = 0; h < rowsOfHead.Length; h++)
        {
            int[] rows = rowsOfHead[h];
            if (rows.Length != rowsOfHead[0].Length)
            {
                throw new ArgumentException($"Head {h} keeps {rows.Length} rows, head 0 keeps {rowsOfHead[0].Length}: heads of one layer keep equally many.");
            }

            for (int i = 0; i < rows.Length; i++)
            {
                Row(rows[i]).Slice(h * part, part).CopyTo(_data.AsSpan((i * width) + (h * part)));
            }
        }

        Count = rowsOfHead[0].Length;
    }

    /// <summary>Drops all rows.</summary>
    public void Clear() => Count = 0;
}
