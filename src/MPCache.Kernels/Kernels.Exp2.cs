using MPCache.Interop;

namespace MPCache.Kernels;

/// <content>The exponential.</content>
public static unsafe partial class Kernels
{
    /// <summary>result = 2^outBits * 2^(-t / 2^fracBits), at most 1 unit off; t below 2^(fracBits + 6).</summary>
    public static void Exp2Neg(Span<ulong> result, ReadOnlySpan<ulong> t, int fracBits, int outBits, int n)
    {
        Check.Count(n, nameof(n));
        Check.Range(fracBits, 0, 24, nameof(fracBits));
        Check.Range(outBits, 8, 50, nameof(outBits));
        Check.Length(result.Length, n, nameof(result));
        Check.Length(t.Length, n, nameof(t));
        fixed (ulong* o = result)
        fixed (ulong* x = t)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.Exp2Neg(o, x, fracBits, outBits, n));
            }
            else
            {
                ManagedExp2.Exp2Neg(o, x, fracBits, outBits, n);
            }
        }
    }
}
