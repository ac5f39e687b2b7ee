using MPCache.Interop;

namespace MPCache.Kernels;

/// <content>Bits and shares: widening, and products of a shared bit with a word.</content>
public static unsafe partial class Kernels
{
    /// <summary>A share in Z_2^w becomes one in a larger ring: the share of the carry is taken away at bit w.</summary>
    public static void WidenFinish(Span<ulong> target, ReadOnlySpan<ulong> ownBits, ReadOnlySpan<ulong> maskBits, ReadOnlySpan<ulong> uBits, ReadOnlySpan<ulong> vBits, ReadOnlySpan<ulong> c, int w, int first, int n)
    {
        Check.Count(n, nameof(n));
        Check.Range(w, 1, 63, nameof(w));
        Check.Range(first, 0, 1, nameof(first));
        Check.Length(target.Length, n, nameof(target));
        Check.Length(ownBits.Length, Check.Words(n), nameof(ownBits));
        Check.Length(maskBits.Length, Check.Words(n), nameof(maskBits));
        Check.Length(uBits.Length, Check.Words(n), nameof(uBits));
        Check.Length(vBits.Length, Check.Words(n), nameof(vBits));
        Check.Length(c.Length, n, nameof(c));
        fixed (ulong* o = target)
        fixed (ulong* own = ownBits)
        fixed (ulong* mask = maskBits)
        fixed (ulong* u = uBits)
        fixed (ulong* v = vBits)
        fixed (ulong* pC = c)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.WidenFinish(o, own, mask, u, v, pC, w, first, n));
            }
            else
            {
                ManagedShares.WidenFinish(o, own, mask, u, v, pC, w, first, n);
            }
        }
    }

    /// <summary>target += factor * (u ? first - rho : rho): an XOR-shared bit as an arithmetic share.</summary>
    public static void BitToWord(Span<ulong> target, ReadOnlySpan<ulong> uBits, ReadOnlySpan<ulong> rho, ulong first, ulong factor, int n)
    {
        Check.Count(n, nameof(n));
        Check.Bit(first, nameof(first));
        Check.Length(target.Length, n, nameof(target));
        Check.Length(uBits.Length, Check.Words(n), nameof(uBits));
        Check.Length(rho.Length, n, nameof(rho));
        fixed (ulong* o = target)
        fixed (ulong* u = uBits)
        fixed (ulong* pRho = rho)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.BitToWord(o, u, pRho, first, factor, n));
            }
            else
            {
                ManagedShares.BitToWord(o, u, pRho, first, factor, n);
            }
        }
    }

    /// <summary>target += factor * (u ? x - t : t), t = rho * d + rhoA: a bit times a shared value.</summary>
    public static void BitTimes(Span<ulong> target, ReadOnlySpan<ulong> uBits, ReadOnlySpan<ulong> rho, ReadOnlySpan<ulong> rhoA, ReadOnlySpan<ulong> d, ReadOnlySpan<ulong> x, ulong factor, int n)
    {
        Check.Count(n, nameof(n));
        Check.Length(target.Length, n, nameof(target));
        Check.Length(uBits.Length, Check.Words(n), nameof(uBits));
        Check.Length(rho.Length, n, nameof(rho));
        Check.Length(rhoA.Length, n, nameof(rhoA));
        Check.Length(d.Length, n, nameof(d));
        Check.Length(x.Length, n, nameof(x));
        fixed (ulong* o = target)
        fixed (ulong* u = uBits)
        fixed (ulong* pRho = rho)
        fixed (ulong* pRhoA = rhoA)
        fixed (ulong* pD = d)
        fixed (ulong* pX = x)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.BitTimes(o, u, pRho, pRhoA, pD, pX, factor, n));
            }
            else
            {
                ManagedShares.BitTimes(o, u, pRho, pRhoA, pD, pX, factor, n);
            }
        }
    }

    /// <summary>target += (scale &gt;&gt; scaleShift) * (u ? r - rhoR : rhoR); scale is public.</summary>
    public static void BitTimesScaled(Span<ulong> target, ReadOnlySpan<ulong> uBits, ReadOnlySpan<ulong> r, ReadOnlySpan<ulong> rhoR, ReadOnlySpan<ulong> scale, int scaleShift, int n)
    {
        Check.Count(n, nameof(n));
        Check.Range(scaleShift, 0, 63, nameof(scaleShift));
        Check.Length(target.Length, n, nameof(target));
        Check.Length(uBits.Length, Check.Words(n), nameof(uBits));
        Check.Length(r.Length, n, nameof(r));
        Check.Length(rhoR.Length, n, nameof(rhoR));
        Check.Length(scale.Length, n, nameof(scale));
        fixed (ulong* o = target)
        fixed (ulong* u = uBits)
        fixed (ulong* pR = r)
        fixed (ulong* pRhoR = rhoR)
        fixed (ulong* pScale = scale)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.BitTimesScaled(o, u, pR, pRhoR, pScale, scaleShift, n));
            }
            else
            {
                ManagedShares.BitTimesScaled(o, u, pR, pRhoR, pScale, scaleShift, n);
            }
        }
    }
}
