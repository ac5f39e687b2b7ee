using MPCache.Interop;

namespace MPCache.Kernels;

/// <content>Matrix products, row-major; Y is (m x n), X (m x k). ld* are the distances between rows, in elements.</content>
public static unsafe partial class Kernels
{
    /// <summary>Y = X W^T with signed 16-bit weights; W is (n x k). accumulate 1 adds to Y.</summary>
    public static void GemmNtU64I16(Span<ulong> y, int ldy, ReadOnlySpan<ulong> x, int ldx, ReadOnlySpan<short> w, int ldw, int m, int n, int k, int accumulate)
    {
        Check.Count(m, nameof(m));
        Check.Count(n, nameof(n));
        Check.Count(k, nameof(k));
        Check.Range(accumulate, 0, 1, nameof(accumulate));
        Check.Matrix(y.Length, m, n, ldy, nameof(y), nameof(ldy));
        Check.Matrix(x.Length, m, k, ldx, nameof(x), nameof(ldx));
        Check.Matrix(w.Length, n, k, ldw, nameof(w), nameof(ldw));
        fixed (ulong* pY = y)
        fixed (ulong* pX = x)
        fixed (short* pW = w)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.GemmNtU64I16(pY, ldy, pX, ldx, pW, ldw, m, n, k, accumulate));
            }
            else
            {
                ManagedGemm.GemmNtU64I16(pY, ldy, pX, ldx, pW, ldw, m, n, k, accumulate);
            }
        }
    }

    /// <summary>Y = X W^T; W is (n x k). accumulate 1 adds to Y.</summary>
    public static void GemmNtU64(Span<ulong> y, int ldy, ReadOnlySpan<ulong> x, int ldx, ReadOnlySpan<ulong> w, int ldw, int m, int n, int k, int accumulate)
    {
        Check.Count(m, nameof(m));
        Check.Count(n, nameof(n));
        Check.Count(k, nameof(k));
        Check.Range(accumulate, 0, 1, nameof(accumulate));
        Check.Matrix(y.Length, m, n, ldy, nameof(y), nameof(ldy));
        Check.Matrix(x.Length, m, k, ldx, nameof(x), nameof(ldx));
        Check.Matrix(w.Length, n, k, ldw, nameof(w), nameof(ldw));
        fixed (ulong* pY = y)
        fixed (ulong* pX = x)
        fixed (ulong* pW = w)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.GemmNtU64(pY, ldy, pX, ldx, pW, ldw, m, n, k, accumulate));
            }
            else
            {
                ManagedGemm.GemmNtU64(pY, ldy, pX, ldx, pW, ldw, m, n, k, accumulate);
            }
        }
    }

    /// <summary>Y = X W; W is (k x n). accumulate 1 adds to Y.</summary>
    public static void GemmNnU64(Span<ulong> y, int ldy, ReadOnlySpan<ulong> x, int ldx, ReadOnlySpan<ulong> w, int ldw, int m, int n, int k, int accumulate)
    {
        Check.Count(m, nameof(m));
        Check.Count(n, nameof(n));
        Check.Count(k, nameof(k));
        Check.Range(accumulate, 0, 1, nameof(accumulate));
        Check.Matrix(y.Length, m, n, ldy, nameof(y), nameof(ldy));
        Check.Matrix(x.Length, m, k, ldx, nameof(x), nameof(ldx));
        Check.Matrix(w.Length, k, n, ldw, nameof(w), nameof(ldw));
        fixed (ulong* pY = y)
        fixed (ulong* pX = x)
        fixed (ulong* pW = w)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.GemmNnU64(pY, ldy, pX, ldx, pW, ldw, m, n, k, accumulate));
            }
            else
            {
                ManagedGemm.GemmNnU64(pY, ldy, pX, ldx, pW, ldw, m, n, k, accumulate);
            }
        }
    }

    /// <summary>Y = X W^T modulo 2^32 with signed 16-bit weights; W is (n x k). accumulate 1 adds to Y.</summary>
    public static void GemmNtU32I16(Span<uint> y, int ldy, ReadOnlySpan<uint> x, int ldx, ReadOnlySpan<short> w, int ldw, int m, int n, int k, int accumulate)
    {
        Check.Count(m, nameof(m));
        Check.Count(n, nameof(n));
        Check.Count(k, nameof(k));
        Check.Range(accumulate, 0, 1, nameof(accumulate));
        Check.Matrix(y.Length, m, n, ldy, nameof(y), nameof(ldy));
        Check.Matrix(x.Length, m, k, ldx, nameof(x), nameof(ldx));
        Check.Matrix(w.Length, n, k, ldw, nameof(w), nameof(ldw));
        fixed (uint* pY = y)
        fixed (uint* pX = x)
        fixed (short* pW = w)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.GemmNtU32I16(pY, ldy, pX, ldx, pW, ldw, m, n, k, accumulate));
            }
            else
            {
                ManagedGemm.GemmNtU32I16(pY, ldy, pX, ldx, pW, ldw, m, n, k, accumulate);
            }
        }
    }

    /// <summary>Y = X W modulo 2^16, for the embedding; W is (k x n). accumulate 1 adds to Y.</summary>
    public static void GemmNnU16(Span<ushort> y, int ldy, ReadOnlySpan<ushort> x, int ldx, ReadOnlySpan<ushort> w, int ldw, int m, int n, int k, int accumulate)
    {
        Check.Count(m, nameof(m));
        Check.Count(n, nameof(n));
        Check.Count(k, nameof(k));
        Check.Range(accumulate, 0, 1, nameof(accumulate));
        Check.Matrix(y.Length, m, n, ldy, nameof(y), nameof(ldy));
        Check.Matrix(x.Length, m, k, ldx, nameof(x), nameof(ldx));
        Check.Matrix(w.Length, k, n, ldw, nameof(w), nameof(ldw));
        fixed (ushort* pY = y)
        fixed (ushort* pX = x)
        fixed (ushort* pW = w)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.GemmNnU16(pY, ldy, pX, ldx, pW, ldw, m, n, k, accumulate));
            }
            else
            {
                ManagedGemm.GemmNnU16(pY, ldy, pX, ldx, pW, ldw, m, n, k, accumulate);
            }
        }
    }
}
