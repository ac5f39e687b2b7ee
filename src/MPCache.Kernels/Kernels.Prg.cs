using MPCache.Interop;

namespace MPCache.Kernels;

/// <content>The pseudorandom generator: AES-128 in counter mode, two words a block.</content>
public static unsafe partial class Kernels
{
    /// <summary>result = stream(key, nonce) from <paramref name="firstBlock"/> on.</summary>
    public static void PrgFill(AesKey key, ulong nonce, ulong firstBlock, Span<ulong> result)
    {
        ArgumentNullException.ThrowIfNull(key);
        fixed (ulong* o = result)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.PrgFill(key.Native, nonce, firstBlock, o, result.Length));
            }
            else
            {
                ManagedPrg.Run<ManagedPrg.Fill>(key, nonce, firstBlock, o, result.Length);
            }
        }
    }

    /// <summary>target += stream(key, nonce) from <paramref name="firstBlock"/> on.</summary>
    public static void PrgAdd(AesKey key, ulong nonce, ulong firstBlock, Span<ulong> target)
    {
        ArgumentNullException.ThrowIfNull(key);
        fixed (ulong* o = target)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.PrgAdd(key.Native, nonce, firstBlock, o, target.Length));
            }
            else
            {
                ManagedPrg.Run<ManagedPrg.Add>(key, nonce, firstBlock, o, target.Length);
            }
        }
    }

    /// <summary>target -= stream(key, nonce) from <paramref name="firstBlock"/> on.</summary>
    public static void PrgSub(AesKey key, ulong nonce, ulong firstBlock, Span<ulong> target)
    {
        ArgumentNullException.ThrowIfNull(key);
        fixed (ulong* o = target)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.PrgSub(key.Native, nonce, firstBlock, o, target.Length));
            }
            else
            {
                ManagedPrg.Run<ManagedPrg.Sub>(key, nonce, firstBlock, o, target.Length);
            }
        }
    }

    /// <summary>target ^= stream(key, nonce) from <paramref name="firstBlock"/> on.</summary>
    public static void PrgXor(AesKey key, ulong nonce, ulong firstBlock, Span<ulong> target)
    {
        ArgumentNullException.ThrowIfNull(key);
        fixed (ulong* o = target)
        {
            if (KernelSelection.IsNative)
            {
                Check.Ok(NativeMethods.PrgXor(key.Native, nonce, firstBlock, o, target.Length));
            }
            else
            {
                ManagedPrg.Run<ManagedPrg.Xor>(key, nonce, firstBlock, o, target.Length);
            }
        }
    }
}
