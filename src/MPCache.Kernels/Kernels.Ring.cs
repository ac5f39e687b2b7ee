using MPCache.Interop;

namespace MPCache.Kernels;

/// <content>Element-wise arithmetic in the ring.</content>
public static unsafe partial class Kernels
{
    /// <summary>result = a + b. result may be a or b.</summary>
    public static void Add(Span<ulong> result, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, int n)
    {
        Check.Count(n, nameof(n));
        Check.Length(result.Length, n, nameof(result));
        Check.Length(a.Length, n, nameof(a));
        Check.Length(b.Length, n, nameof(b));
        fixed (ulong* o = result)
        fixed (ulong* x = a)
        fixed (ulong* y = b)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.Add(o, x, y, n));
            }
            else
            {
                ManagedRing.Add(o, x, y, n);
            }
        }
    }

    /// <summary>result = a - b. result may be a or b.</summary>
    public static void Sub(Span<ulong> result, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, int n)
    {
        Check.Count(n, nameof(n));
        Check.Length(result.Length, n, nameof(result));
        Check.Length(a.Length, n, nameof(a));
        Check.Length(b.Length, n, nameof(b));
        fixed (ulong* o = result)
        fixed (ulong* x = a)
        fixed (ulong* y = b)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.Sub(o, x, y, n));
            }
            else
            {
                ManagedRing.Sub(o, x, y, n);
            }
        }
    }

    /// <summary>result = a * b. result may be a or b.</summary>
    public static void Mul(Span<ulong> result, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, int n)
    {
        Check.Count(n, nameof(n));
        Check.Length(result.Length, n, nameof(result));
        Check.Length(a.Length, n, nameof(a));
        Check.Length(b.Length, n, nameof(b));
        fixed (ulong* o = result)
        fixed (ulong* x = a)
        fixed (ulong* y = b)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.Mul(o, x, y, n));
            }
            else
            {
                ManagedRing.Mul(o, x, y, n);
            }
        }
    }

    /// <summary>target += a * b.</summary>
    public static void MulAdd(Span<ulong> target, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, int n)
    {
        Check.Count(n, nameof(n));
        Check.Length(target.Length, n, nameof(target));
        Check.Length(a.Length, n, nameof(a));
        Check.Length(b.Length, n, nameof(b));
        fixed (ulong* o = target)
        fixed (ulong* x = a)
        fixed (ulong* y = b)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.MulAdd(o, x, y, n));
            }
            else
            {
                ManagedRing.MulAdd(o, x, y, n);
            }
        }
    }

    /// <summary>target += factor * a.</summary>
    public static void ScaleAdd(Span<ulong> target, ReadOnlySpan<ulong> a, ulong factor, int n)
    {
        Check.Count(n, nameof(n));
        Check.Length(target.Length, n, nameof(target));
        Check.Length(a.Length, n, nameof(a));
        fixed (ulong* o = target)
        fixed (ulong* x = a)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.ScaleAdd(o, x, factor, n));
            }
            else
            {
                ManagedRing.ScaleAdd(o, x, factor, n);
            }
        }
    }

    /// <summary>Finish of a multiplication: result = first * d*e + d*b + a*e + c; first is 1 for the party that adds the public product, else 0.</summary>
    public static void Beaver(Span<ulong> result, ReadOnlySpan<ulong> d, ReadOnlySpan<ulong> e, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ReadOnlySpan<ulong> c, ulong first, int n)
    {
        Check.Count(n, nameof(n));
        Check.Bit(first, nameof(first));
        Check.Length(result.Length, n, nameof(result));
        Check.Length(d.Length, n, nameof(d));
        Check.Length(e.Length, n, nameof(e));
        Check.Length(a.Length, n, nameof(a));
        Check.Length(b.Length, n, nameof(b));
        Check.Length(c.Length, n, nameof(c));
        fixed (ulong* o = result)
        fixed (ulong* pD = d)
        fixed (ulong* pE = e)
        fixed (ulong* pA = a)
        fixed (ulong* pB = b)
        fixed (ulong* pC = c)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.Beaver(o, pD, pE, pA, pB, pC, first, n));
            }
            else
            {
                ManagedRing.Beaver(o, pD, pE, pA, pB, pC, first, n);
            }
        }
    }

    /// <summary>result = ((a + offset) mod 2^ringBits) &gt;&gt; shift. result may be a.</summary>
    public static void Shift(Span<ulong> result, ReadOnlySpan<ulong> a, ulong offset, int ringBits, int shift, int n)
    {
        Check.Count(n, nameof(n));
        Check.Range(ringBits, 1, 64, nameof(ringBits));
        Check.Range(shift, 0, ringBits - 1, nameof(shift));
        Check.Length(result.Length, n, nameof(result));
        Check.Length(a.Length, n, nameof(a));
        fixed (ulong* o = result)
        fixed (ulong* x = a)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.Shift(o, x, offset, ringBits, shift, n));
            }
            else
            {
                ManagedRing.Shift(o, x, offset, ringBits, shift, n);
            }
        }
    }
}
