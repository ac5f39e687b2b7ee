using MPCache.Interop;

namespace MPCache.Kernels;

/// <content>Unit vectors of 2^m bits, 3 to 12 bits of position.</content>
public static unsafe partial class Kernels
{
    /// <summary>target ^= unit vector of (r mod 2^m), for each element; r is secret.</summary>
    public static void UnitXor(Span<byte> target, ReadOnlySpan<ulong> r, int m, int n)
    {
        Check.Count(n, nameof(n));
        Check.Range(m, 3, 12, nameof(m));
        Check.Length(target.Length, n * Check.UnitBytes(m), nameof(target));
        Check.Length(r.Length, n, nameof(r));
        fixed (byte* o = target)
        fixed (ulong* pR = r)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.UnitXor(o, pR, m, n));
            }
            else
            {
                ManagedUnits.UnitXor(o, pR, m, n);
            }
        }
    }

    /// <summary>Looks table planes up at a position shared as a unit vector e turned by the public d.</summary>
    public static void UnitLookup(Span<ulong> resultPlanes, ReadOnlySpan<byte> e, ReadOnlySpan<ulong> d, ReadOnlySpan<byte> table, int planes, int m, int n)
    {
        Check.Count(planes, nameof(planes));
        Check.Count(n, nameof(n));
        Check.Range(m, 3, 12, nameof(m));
        Check.Length(resultPlanes.Length, planes * Check.Words(n), nameof(resultPlanes));
        Check.Length(e.Length, n * Check.UnitBytes(m), nameof(e));
        Check.Length(d.Length, n, nameof(d));
        Check.Length(table.Length, planes * Check.UnitBytes(m), nameof(table));
        fixed (ulong* o = resultPlanes)
        fixed (byte* pE = e)
        fixed (ulong* pD = d)
        fixed (byte* t = table)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.UnitLookup(o, pE, pD, t, planes, m, n));
            }
            else
            {
                ManagedUnits.UnitLookup(o, pE, pD, t, planes, m, n);
            }
        }
    }

    /// <summary>For each of 32 public groups, target ^= XOR of the turned unit vectors of its elements.</summary>
    public static void UnitParities(Span<byte> target, ReadOnlySpan<byte> e, ReadOnlySpan<ulong> d, ReadOnlySpan<uint> groups, int m, int n)
    {
        Check.Count(n, nameof(n));
        Check.Range(m, 3, 12, nameof(m));
        Check.Length(target.Length, 32 * Check.UnitBytes(m), nameof(target));
        Check.Length(e.Length, n * Check.UnitBytes(m), nameof(e));
        Check.Length(d.Length, n, nameof(d));
        Check.Length(groups.Length, n, nameof(groups));
        fixed (byte* o = target)
        fixed (byte* pE = e)
        fixed (ulong* pD = d)
        fixed (uint* g = groups)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.UnitParities(o, pE, pD, g, m, n));
            }
            else
            {
                ManagedUnits.UnitParities(o, pE, pD, g, m, n);
            }
        }
    }

    /// <summary>Local part of a comparison: each digit of the mask against the digit of the complement of d.</summary>
    public static void DigitsCompare(Span<ulong> greater, Span<ulong> equal, ReadOnlySpan<byte> e, ReadOnlySpan<ulong> d, int digits, int m, int n)
    {
        Check.Count(n, nameof(n));
        Check.Range(m, 3, 12, nameof(m));
        Check.Range(digits, 1, 64 / m, nameof(digits));
        Check.Length(greater.Length, digits * Check.Words(n), nameof(greater));
        Check.Length(equal.Length, digits * Check.Words(n), nameof(equal));
        Check.Length(e.Length, (long)n * digits * Check.UnitBytes(m), nameof(e));
        Check.Length(d.Length, n, nameof(d));
        fixed (ulong* gt = greater)
        fixed (ulong* eq = equal)
        fixed (byte* pE = e)
        fixed (ulong* pD = d)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.DigitsCompare(gt, eq, pE, pD, digits, m, n));
            }
            else
            {
                ManagedUnits.DigitsCompare(gt, eq, pE, pD, digits, m, n);
            }
        }
    }
}
