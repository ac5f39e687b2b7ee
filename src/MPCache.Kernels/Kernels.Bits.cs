using MPCache.Interop;

namespace MPCache.Kernels;

/// <content>Packed bits.</content>
public static unsafe partial class Kernels
{
    /// <summary>One bit of each word, packed.</summary>
    public static void ExtractBit(Span<ulong> resultBits, ReadOnlySpan<ulong> a, int bit, int n)
    {
        Check.Count(n, nameof(n));
        Check.Range(bit, 0, 63, nameof(bit));
        Check.Length(resultBits.Length, Check.Words(n), nameof(resultBits));
        Check.Length(a.Length, n, nameof(a));
        fixed (ulong* o = resultBits)
        fixed (ulong* x = a)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.ExtractBit(o, x, bit, n));
            }
            else
            {
                ManagedBits.ExtractBit(o, x, bit, n);
            }
        }
    }

    /// <summary>Packed bits to words 0 or 1.</summary>
    public static void ExpandBits(Span<ulong> result, ReadOnlySpan<ulong> bits, int n)
    {
        Check.Count(n, nameof(n));
        Check.Length(result.Length, n, nameof(result));
        Check.Length(bits.Length, Check.Words(n), nameof(bits));
        fixed (ulong* o = result)
        fixed (ulong* x = bits)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.ExpandBits(o, x, n));
            }
            else
            {
                ManagedBits.ExpandBits(o, x, n);
            }
        }
    }

    /// <summary>Bit matrix (rows x columns; each row begins with a word) to its transpose.</summary>
    public static void TransposeBits(Span<ulong> result, ReadOnlySpan<ulong> matrix, int rows, int columns)
    {
        Check.Count(rows, nameof(rows));
        Check.Count(columns, nameof(columns));
        Check.Length(result.Length, columns * Check.Words(rows), nameof(result));
        Check.Length(matrix.Length, rows * Check.Words(columns), nameof(matrix));
        fixed (ulong* o = result)
        fixed (ulong* x = matrix)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.TransposeBits(o, x, rows, columns));
            }
            else
            {
                ManagedBits.TransposeBits(o, x, rows, columns);
            }
        }
    }

    /// <summary>result row i = row index[i]; the indices are public.</summary>
    public static void PermuteRows(Span<ulong> result, ReadOnlySpan<ulong> rows, ReadOnlySpan<uint> index, int rowsOut, int rowsIn, int rowWords)
    {
        Check.Count(rowsOut, nameof(rowsOut));
        Check.Count(rowsIn, nameof(rowsIn));
        Check.Count(rowWords, nameof(rowWords));
        Check.Length(result.Length, (long)rowsOut * rowWords, nameof(result));
        Check.Length(rows.Length, (long)rowsIn * rowWords, nameof(rows));
        Check.Length(index.Length, rowsOut, nameof(index));
        Check.Indices(index[..rowsOut], rowsIn, nameof(index));
        fixed (ulong* o = result)
        fixed (ulong* x = rows)
        fixed (uint* i = index)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.PermuteRows(o, x, i, rowsOut, rowsIn, rowWords));
            }
            else
            {
                ManagedBits.PermuteRows(o, x, i, rowsOut, rowsIn, rowWords);
            }
        }
    }
}
