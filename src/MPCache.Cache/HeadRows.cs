namespace MPCache.Cache;

/// <summary>
/// A read-only view of one row of floats for each head and token, shape (heads, rows, width), over an array laid out in any order:
/// queries of the observation window, cached keys, or the queries of one decoding step.
/// </summary>
public readonly struct HeadRows
{
    private readonly ReadOnlyMemory<float> _data;
    private readonly int _headStride;
    private readonly int _rowStride;

    /// <summary>A view over rows stored as (heads, rows, width), without gaps.</summary>
    /// <exception cref="ArgumentException">The array does not hold heads x rows x width values, or a size is negative.</exception>
    public HeadRows(ReadOnlyMemory<float> data, int heads, int rows, int width)
        : this(data, heads, rows, width, rows * width, width)
    {
        if (data.Length != (long)heads * rows * width)
        {
            throw new ArgumentException($"{heads} heads x {rows} rows x {width} need {(long)heads * rows * width} values, not "
                + $"{data.Length}.", nameof(data));
        }
    }

    /// <summary>
    /// A view over any regular layout. Row t of head h starts at h x <paramref name="headStride"/> + t x <paramref name="rowStride"/>:
    /// a cache with room to spare has a larger head stride, one laid out as (rows, heads, width) has strides (width, heads x width).
    /// </summary>
    /// <exception cref="ArgumentException">A size is negative, the width is not positive, or the last row lies outside the
    /// array.</exception>
    public HeadRows(ReadOnlyMemory<float> data, int heads, int rows, int width, int headStride, int rowStride)
    {
        if (heads < 1 || rows < 0 || width < 1 || headStride < 0 || rowStride < 0)
        {
            throw new ArgumentException($"Not a shape: {heads} heads x {rows} rows x {width}, strides {headStride} and {rowStride}.");
        }

        if (rows > 0 && (heads - 1L) * headStride + (rows - 1L) * rowStride + width > data.Length)
        {
            throw new ArgumentException($"{heads} heads x {rows} rows x {width} with strides {headStride} and {rowStride} pass the end "
                + $"of {data.Length} values.", nameof(data));
        }

        (_data, Heads, Rows, Width, _headStride, _rowStride) = (data, heads, rows, width, headStride, rowStride);
    }

    /// <summary>Number of heads.</summary>
    public int Heads { get; }

    /// <summary>Number of rows (tokens) of each head.</summary>
    public int Rows { get; }

    /// <summary>Values in a row (the head dimension).</summary>
    public int Width { get; }

    /// <summary>The row of one head and token, <see cref="Width"/> values.</summary>
    public ReadOnlySpan<float> Row(int head, int row)
    {
        if ((uint)head >= (uint)Heads || (uint)row >= (uint)Rows)
        {
            throw new ArgumentOutOfRangeException(nameof(row), $"Row {row} of head {head} is outside {Heads} heads x {Rows} rows.");
        }

        return _data.Span.Slice(head * _headStride + row * _rowStride, Width);
    }

    /// <summary>A compact copy of the named rows of each head, in the order given.</summary>
    public HeadRows Gather(ReadOnlySpan<int> rows)
    {
        var copy = new float[Heads * rows.Length * Width];
        for (int h = 0; h < Heads; h++)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                Row(h, rows[i]).CopyTo(copy.AsSpan((h * rows.Length + i) * Width));
            }
        }

        return new HeadRows(copy, Heads, rows.Length, Width);
    }

    /// <summary>
    /// The key/value head that query head <paramref name="queryHead"/> reads when <paramref name="queryHeads"/> query heads share these:
    /// equal runs of neighbouring query heads share one (grouped-query attention).
    /// </summary>
    /// <exception cref="ArgumentException">The query heads are not a multiple of these heads.</exception>
    public int KeyHeadOf(int queryHead, int queryHeads)
    {
        if (queryHeads % Heads != 0)
        {
            throw new ArgumentException($"{queryHeads} query heads are not a multiple of {Heads} key heads.", nameof(queryHeads));
        }

        return queryHead / (queryHeads / Heads);
    }
}
