using MPCache.Interop;

namespace MPCache.Kernels;

/// <content>Products of bits in one round, on planes of packed bits.</content>
public static unsafe partial class Kernels
{
    /// <summary>The products of all nonempty subsets of k planes.</summary>
    public static void AndMasks(Span<ulong> result, ReadOnlySpan<ulong> rho, int k, int words)
    {
        Check.Count(words, nameof(words));
        Check.Range(k, 1, 10, nameof(k));
        Check.Length(result.Length, ((1L << k) - 1) * words, nameof(result));
        Check.Length(rho.Length, (long)k * words, nameof(rho));
        fixed (ulong* o = result)
        fixed (ulong* pRho = rho)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.AndMasks(o, pRho, k, words));
            }
            else
            {
                ManagedProducts.AndMasks(o, pRho, k, words);
            }
        }
    }

    /// <summary>The AND of k bits (u xor rho) as an XOR share.</summary>
    public static void AndFinish(Span<ulong> result, ReadOnlySpan<ulong> u, ReadOnlySpan<ulong> rhoProducts, int k, int first, int words)
    {
        Check.Count(words, nameof(words));
        Check.Range(k, 1, 10, nameof(k));
        Check.Range(first, 0, 1, nameof(first));
        Check.Length(result.Length, words, nameof(result));
        Check.Length(u.Length, (long)k * words, nameof(u));
        Check.Length(rhoProducts.Length, ((1L << k) - 1) * words, nameof(rhoProducts));
        fixed (ulong* o = result)
        fixed (ulong* pU = u)
        fixed (ulong* p = rhoProducts)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.AndFinish(o, pU, p, k, first, words));
            }
            else
            {
                ManagedProducts.AndFinish(o, pU, p, k, first, words);
            }
        }
    }

    /// <summary>The products that a carry chain of k digits needs, in the clear.</summary>
    public static void ChainMasks(Span<ulong> products, ReadOnlySpan<ulong> masks, int k, int words)
    {
        Check.Count(words, nameof(words));
        Check.Range(k, 1, 9, nameof(k));
        Check.Length(products.Length, Check.ChainPlanes(k) * words, nameof(products));
        Check.Length(masks.Length, ((2L * k) - 1) * words, nameof(masks));
        fixed (ulong* o = products)
        fixed (ulong* x = masks)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.ChainMasks(o, x, k, words));
            }
            else
            {
                ManagedProducts.ChainMasks(o, x, k, words);
            }
        }
    }

    /// <summary>A carry chain, f_j = gt_j xor eq_j f_(j-1), in one step.</summary>
    public static void ChainFinish(Span<ulong> result, ReadOnlySpan<ulong> u, ReadOnlySpan<ulong> products, int k, int first, int words)
    {
        Check.Count(words, nameof(words));
        Check.Range(k, 1, 9, nameof(k));
        Check.Range(first, 0, 1, nameof(first));
        Check.Length(result.Length, words, nameof(result));
        Check.Length(u.Length, ((2L * k) - 1) * words, nameof(u));
        Check.Length(products.Length, Check.ChainPlanes(k) * words, nameof(products));
        fixed (ulong* o = result)
        fixed (ulong* pU = u)
        fixed (ulong* p = products)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.ChainFinish(o, pU, p, k, first, words));
            }
            else
            {
                ManagedProducts.ChainFinish(o, pU, p, k, first, words);
            }
        }
    }
}
