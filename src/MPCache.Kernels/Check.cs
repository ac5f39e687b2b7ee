using System.Runtime.CompilerServices;
using MPCache.Interop;

namespace MPCache.Kernels;

/// <summary>The checks in front of every kernel: past them, pointers are read and written without any.</summary>
internal static class Check
{
    /// <summary>Words of <paramref name="n"/> packed bits.</summary>
    public static long Words(long n) => (n + 63) / 64;

    /// <summary>2^<paramref name="b"/>.</summary>
    public static long Power(int b) => 1L << b;

    /// <summary>Nonempty subsets of <paramref name="k"/>.</summary>
    public static long Subsets(int k) => (1L << k) - 1;

    /// <summary>Bytes of a unit vector of 2^<paramref name="m"/> bits.</summary>
    public static long UnitBytes(int m) => 1L << (m - 3);

    /// <summary>A span must hold what the kernel reads or writes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Length(int length, long needed, string name)
    {
        if (length < needed)
        {
            TooShort(length, needed, name);
        }
    }

    /// <summary>A matrix must hold its last row to its end; rows lie <paramref name="stride"/> apart.</summary>
    public static void Matrix(int length, int rows, int columns, int stride, string name, string strideName)
    {
        if (stride < columns)
        {
            throw new ArgumentOutOfRangeException(strideName, stride, $"Rows of {columns} elements cannot lie {stride} apart.");
        }

        Length(length, rows == 0 || columns == 0 ? 0 : ((long)(rows - 1) * stride) + columns, name);
    }

    /// <summary>A number must lie in a range, both ends included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Range(long value, long least, long most, string name)
    {
        if (value < least || value > most)
        {
            OutOfRange(value, least, most, name);
        }
    }

    /// <summary>A count must not be negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Count(int value, string name) => Range(value, 0, int.MaxValue, name);

    /// <summary>A word must lie in a range, both ends included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Range(ulong value, ulong least, ulong most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{least} to {most}.");
        }
    }

    /// <summary>Every element must be below a bound.</summary>
    public static void Below(ReadOnlySpan<uint> values, long bound, string name)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] >= bound)
            {
                throw new ArgumentOutOfRangeException(name, values[i], $"{name}[{i}] is not below {bound}.");
            }
        }
    }

    /// <summary>
    /// Planes of a carry chain's products: 2^(k-1) - 1 of the subsets alone, then 2^(k-1-j) with each of the k digits.
    /// </summary>
    public static long ChainPlanes(int k) => Subsets(k - 1) + Subsets(k);

    /// <summary>The library's answer. After the checks above, a refusal is a defect of the checks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ok(int status, [CallerMemberName] string kernel = "")
    {
        if (status != (int)NativeStatus.Ok)
        {
            throw new KernelException(
                $"The C kernel {kernel} refused its arguments ({(NativeStatus)status}), which passed the checks in C#.");
        }
    }

    private static void TooShort(int length, long needed, string name) =>
        throw new ArgumentException($"{name} holds {length} elements; {needed} are needed.", name);

    private static void OutOfRange(long value, long least, long most, string name) =>
        throw new ArgumentOutOfRangeException(name, value, most == int.MaxValue ? $"At least {least}." : $"{least} to {most}.");
}
