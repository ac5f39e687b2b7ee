using MPCache.Interop;

namespace MPCache.Kernels;

/// <content>The wire: low bytes of words.</content>
public static unsafe partial class Kernels
{
    /// <summary>The low bytes of words, little-endian; 1 to 8 bytes a word.</summary>
    public static void Pack(Span<byte> result, ReadOnlySpan<ulong> words, int bytes, int n)
    {
        Check.Count(n, nameof(n));
        Check.Range(bytes, 1, 8, nameof(bytes));
        Check.Length(result.Length, (long)n * bytes, nameof(result));
        Check.Length(words.Length, n, nameof(words));
        fixed (byte* o = result)
        fixed (ulong* x = words)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.Pack(o, x, bytes, n));
            }
            else
            {
                ManagedWire.Pack(o, x, bytes, n);
            }
        }
    }

    /// <summary>Words from their low bytes; the rest of each word is cleared.</summary>
    public static void Unpack(Span<ulong> result, ReadOnlySpan<byte> packed, int bytes, int n)
    {
        Check.Count(n, nameof(n));
        Check.Range(bytes, 1, 8, nameof(bytes));
        Check.Length(result.Length, n, nameof(result));
        Check.Length(packed.Length, (long)n * bytes, nameof(packed));
        fixed (ulong* o = result)
        fixed (byte* x = packed)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.Unpack(o, x, bytes, n));
            }
            else
            {
                ManagedWire.Unpack(o, x, bytes, n);
            }
        }
    }

    /// <summary>Adds words given by their low bytes.</summary>
    public static void UnpackAdd(Span<ulong> target, ReadOnlySpan<byte> packed, int bytes, int n)
    {
        Check.Count(n, nameof(n));
        Check.Range(bytes, 1, 8, nameof(bytes));
        Check.Length(target.Length, n, nameof(target));
        Check.Length(packed.Length, (long)n * bytes, nameof(packed));
        fixed (ulong* o = target)
        fixed (byte* x = packed)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.UnpackAdd(o, x, bytes, n));
            }
            else
            {
                ManagedWire.UnpackAdd(o, x, bytes, n);
            }
        }
    }
}
