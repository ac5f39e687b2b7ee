using System.Runtime.CompilerServices;

namespace MPCache.Kernels;

/// <summary>
/// The low bytes of words. As long as it stays inside the buffer a word is moved whole: what one store writes too much, the next
/// overwrites, and what one load reads too much is masked off.
/// </summary>
internal static unsafe class ManagedWire
{
    public static void Pack(byte* o, ulong* a, int bytes, long n)
    {
        long i = 0;
        for (long whole = WholeWords(bytes, n); i < whole; i++)
        {
            Unsafe.WriteUnaligned(o + (i * bytes), a[i]);
        }

        for (; i < n; i++)
        {
            for (int j = 0; j < bytes; j++)
            {
                o[(i * bytes) + j] = (byte)(a[i] >> (8 * j));
            }
        }
    }

    public static void Unpack(ulong* o, byte* a, int bytes, long n)
    {
        ulong mask = ulong.MaxValue >> (64 - (8 * bytes));
        long i = 0;
        for (long whole = WholeWords(bytes, n); i < whole; i++)
        {
            o[i] = Unsafe.ReadUnaligned<ulong>(a + (i * bytes)) & mask;
        }

        for (; i < n; i++)
        {
            o[i] = ReadBytes(a + (i * bytes), bytes);
        }
    }

    public static void UnpackAdd(ulong* o, byte* a, int bytes, long n)
    {
        ulong mask = ulong.MaxValue >> (64 - (8 * bytes));
        long i = 0;
        for (long whole = WholeWords(bytes, n); i < whole; i++)
        {
            o[i] += Unsafe.ReadUnaligned<ulong>(a + (i * bytes)) & mask;
        }

        for (; i < n; i++)
        {
            o[i] += ReadBytes(a + (i * bytes), bytes);
        }
    }

    /// <summary>How many elements can be moved by 8 bytes without leaving a buffer of <paramref name="n"/> elements.</summary>
    private static long WholeWords(int bytes, long n) =>
        !BitConverter.IsLittleEndian || n * bytes < 8 ? 0 : (((n * bytes) - 8) / bytes) + 1;

    private static ulong ReadBytes(byte* a, int bytes)
    {
        ulong word = 0;
        for (int j = 0; j < bytes; j++)
        {
            word |= (ulong)a[j] << (8 * j);
        }

        return word;
    }
}
