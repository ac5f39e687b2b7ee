using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using MPCache.Interop;

namespace MPCache.Kernels;

/// <summary>
/// An AES-128 key, expanded once. It does not change after construction, so any number of threads may draw from it at once.
/// </summary>
public sealed unsafe class AesKey : IDisposable
{
    private readonly byte[] _schedule;
    private Aes? _withoutInstructions;

    /// <summary>Expands a key of 16 bytes.</summary>
    public AesKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != 16)
        {
            throw new ArgumentException($"An AES-128 key has 16 bytes, not {key.Length}.", nameof(key));
        }

        // Pinned for good: a schedule is small, lives long and goes to the library at every call.
        _schedule = GC.AllocateArray<byte>(sizeof(NativeAes128), pinned: true);
        if (KernelSelection.IsNative)
        {
            fixed (byte* key16 = key)
            {
                Check.Ok(NativeMethods.Aes128Expand(Native, key16));
            }
        }
        else
        {
            ManagedAes.Expand(_schedule, key);
        }
    }

    /// <summary>The schedule as the library takes it.</summary>
    internal NativeAes128* Native => (NativeAes128*)Unsafe.AsPointer(ref _schedule[0]);

    /// <summary>Round keys in the order of FIPS 197; the first 16 bytes are the key.</summary>
    internal ReadOnlySpan<byte> Schedule => _schedule;

    /// <summary>The platform's AES, for processors without AES instructions. Its one-shot calls must be made under a lock.</summary>
    internal Aes WithoutInstructions
    {
        get
        {
            if (_withoutInstructions is null)
            {
                Aes aes = Aes.Create();
                aes.Key = _schedule[..16];
                Interlocked.CompareExchange(ref _withoutInstructions, aes, null);
            }

            return _withoutInstructions;
        }
    }

    /// <summary>Wipes the schedule. The key must not be used after.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_schedule);
        _withoutInstructions?.Dispose();
    }
}
