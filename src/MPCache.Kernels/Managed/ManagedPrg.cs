using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace MPCache.Kernels;

/// <summary>The generator's twin: AES instructions on eight blocks at a time, or the platform's AES on a buffer.</summary>
internal static unsafe class ManagedPrg
{
    private const int BlocksAtOnce = 8;
    private const int BufferBlocks = 256;

    /// <summary>What happens to a word of the buffer when a word of the stream meets it.</summary>
    internal interface IUse
    {
        /// <summary>Two words at once.</summary>
        static abstract Vector128<ulong> Apply(Vector128<ulong> old, Vector128<ulong> stream);

        /// <summary>One word.</summary>
        static abstract ulong Apply(ulong old, ulong stream);
    }

    /// <summary>Overwrites.</summary>
    internal readonly struct Fill : IUse
    {
        public static Vector128<ulong> Apply(Vector128<ulong> old, Vector128<ulong> stream) => stream;

        public static ulong Apply(ulong old, ulong stream) => stream;
    }

    /// <summary>Adds.</summary>
    internal readonly struct Add : IUse
    {
        public static Vector128<ulong> Apply(Vector128<ulong> old, Vector128<ulong> stream) => old + stream;

        public static ulong Apply(ulong old, ulong stream) => old + stream;
    }

    /// <summary>Subtracts.</summary>
    internal readonly struct Sub : IUse
    {
        public static Vector128<ulong> Apply(Vector128<ulong> old, Vector128<ulong> stream) => old - stream;

        public static ulong Apply(ulong old, ulong stream) => old - stream;
    }

    /// <summary>Exclusive or.</summary>
    internal readonly struct Xor : IUse
    {
        public static Vector128<ulong> Apply(Vector128<ulong> old, Vector128<ulong> stream) => old ^ stream;

        public static ulong Apply(ulong old, ulong stream) => old ^ stream;
    }

    public static void PrgFill(AesKey key, ulong nonce, ulong block, ulong* o, long n) => Run<Fill>(key, nonce, block, o, n);

    public static void PrgAdd(AesKey key, ulong nonce, ulong block, ulong* o, long n) => Run<Add>(key, nonce, block, o, n);

    public static void PrgSub(AesKey key, ulong nonce, ulong block, ulong* o, long n) => Run<Sub>(key, nonce, block, o, n);

    public static void PrgXor(AesKey key, ulong nonce, ulong block, ulong* o, long n) => Run<Xor>(key, nonce, block, o, n);

    /// <summary>Lets <paramref name="n"/> words of the stream meet a buffer.</summary>
    private static void Run<TUse>(AesKey key, ulong nonce, ulong block, ulong* inout, long n)
        where TUse : IUse
    {
        if (X86Aes.IsSupported)
        {
            WithInstructions<TUse>(key, nonce, block, inout, n);
        }
        else
        {
            WithoutInstructions<TUse>(key, nonce, block, inout, n);
        }
    }

    /// <summary>The way of processors without AES instructions.</summary>
    internal static void WithoutInstructions<TUse>(AesKey key, ulong nonce, ulong block, ulong* inout, long n)
        where TUse : IUse
    {
        byte[] plain = new byte[16 * BufferBlocks];
        byte[] cipher = new byte[16 * BufferBlocks];
        for (long at = 0; at < n; at += 2 * BufferBlocks, block += BufferBlocks)
        {
            int words = (int)Math.Min(2 * BufferBlocks, n - at);
            int bytes = (words + 1) / 2 * 16;
            for (int i = 0; i < bytes; i += 16)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(plain.AsSpan(i), nonce);
                BinaryPrimitives.WriteUInt64LittleEndian(plain.AsSpan(i + 8), block + (ulong)(i / 16));
            }

            lock (key)
            {
                key.WithoutInstructions.EncryptEcb(plain.AsSpan(0, bytes), cipher, PaddingMode.None);
            }

            for (int i = 0; i < words; i++)
            {
                inout[at + i] = TUse.Apply(inout[at + i], BinaryPrimitives.ReadUInt64LittleEndian(cipher.AsSpan(8 * i)));
            }
        }
    }

    private static void WithInstructions<TUse>(AesKey key, ulong nonce, ulong block, ulong* inout, long n)
        where TUse : IUse
    {
        byte* keys = (byte*)key.Native;
        long at = 0;
        for (; at <= n - (2 * BlocksAtOnce); at += 2 * BlocksAtOnce, block += BlocksAtOnce)
        {
            EightBlocks<TUse>(keys, nonce, block, inout + at);
        }

        if (at < n)
        {
            // The rest goes through a buffer of a whole step, whose surplus is dropped.
            ulong* rest = stackalloc ulong[2 * BlocksAtOnce];
            EightBlocks<Fill>(keys, nonce, block, rest);
            for (long i = 0; at + i < n; i++)
            {
                inout[at + i] = TUse.Apply(inout[at + i], rest[i]);
            }
        }
    }

    private static void EightBlocks<TUse>(byte* keys, ulong nonce, ulong block, ulong* inout)
        where TUse : IUse
    {
        Vector128<byte> k = Vector128.Load(keys);
        Vector128<byte> a = Vector128.Create(nonce, block).AsByte() ^ k, b = Vector128.Create(nonce, block + 1).AsByte() ^ k;
        Vector128<byte> c = Vector128.Create(nonce, block + 2).AsByte() ^ k, d = Vector128.Create(nonce, block + 3).AsByte() ^ k;
        Vector128<byte> e = Vector128.Create(nonce, block + 4).AsByte() ^ k, f = Vector128.Create(nonce, block + 5).AsByte() ^ k;
        Vector128<byte> g = Vector128.Create(nonce, block + 6).AsByte() ^ k, h = Vector128.Create(nonce, block + 7).AsByte() ^ k;
        for (int round = 1; round < 10; round++)
        {
            k = Vector128.Load(keys + (16 * round));
            (a, b, c, d) = (X86Aes.Encrypt(a, k), X86Aes.Encrypt(b, k), X86Aes.Encrypt(c, k), X86Aes.Encrypt(d, k));
            (e, f, g, h) = (X86Aes.Encrypt(e, k), X86Aes.Encrypt(f, k), X86Aes.Encrypt(g, k), X86Aes.Encrypt(h, k));
        }

        k = Vector128.Load(keys + 160);
        Store<TUse>(inout, X86Aes.EncryptLast(a, k));
        Store<TUse>(inout + 2, X86Aes.EncryptLast(b, k));
        Store<TUse>(inout + 4, X86Aes.EncryptLast(c, k));
        Store<TUse>(inout + 6, X86Aes.EncryptLast(d, k));
        Store<TUse>(inout + 8, X86Aes.EncryptLast(e, k));
        Store<TUse>(inout + 10, X86Aes.EncryptLast(f, k));
        Store<TUse>(inout + 12, X86Aes.EncryptLast(g, k));
        Store<TUse>(inout + 14, X86Aes.EncryptLast(h, k));
    }

    private static void Store<TUse>(ulong* to, Vector128<byte> stream)
        where TUse : IUse => TUse.Apply(Vector128.Load(to), stream.AsUInt64()).Store(to);
}
