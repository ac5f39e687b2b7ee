using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BenchmarkDotNet.Attributes;

namespace MPCache.Kernels.Bench;

/// <summary>
/// The roofline (Williams, Waterman, Patterson, CACM 52/4, 2009): what this machine gives a set's instructions at most, in bytes a second
/// from
/// each level of the memory, in multiplications of 64-bit words by 64-bit and by 16-bit ones, in blocks of
/// AES. These loops do nothing else, by the shortest sequence of the set's instructions that is known here.
/// </summary>
public unsafe class RoofBenchmarks
{
    /// <summary>Products or blocks of a run whose operands stay in the first cache.</summary>
    public const int Operations = 1 << 14;

    /// <summary>What is measured: bytes that a run reads and writes together, or the name of an operation.</summary>
    [ParamsSource(nameof(Limits))]
    public string Limit { get; set; } = "";

    /// <summary>The set whose instructions are used.</summary>
    [ParamsSource(nameof(Sets))]
    public string Set { get; set; } = "";

    /// <summary>Working sets of the first, second and third cache and of memory, and the operations.</summary>
    public static IEnumerable<string> Limits =>
        [.. WorkingSets.Select(bytes => bytes.ToString()), nameof(Work.Products), nameof(Work.Narrow), nameof(Work.Blocks)];

    /// <summary>Bytes that are touched again and again.</summary>
    public static IReadOnlyList<int> WorkingSets { get; } = [1 << 14, 1 << 18, 1 << 24, 1 << 26];

    /// <summary>The native sets.</summary>
    public static IEnumerable<string> Sets => KernelBenchmarks.Available().Where(set => set != InstructionSets.Managed);

    /// <summary>Words of the operands of products.</summary>
    private const int Ring = 512;

    private ulong[] _words = [];
    private Func<ulong> _run = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _words = GC.AllocateArray<ulong>(int.TryParse(Limit, out int bytes) ? bytes / 8 : Ring, pinned: true);
        new Random(1).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_words.AsSpan()));
        _run = (Limit, Set) switch
        {
            (nameof(Work.Products) or nameof(Work.Narrow), "scalar") => ScalarProducts,
            (nameof(Work.Products), "avx2") => Avx2Products,
            (nameof(Work.Products), _) => Avx512Products,
            (nameof(Work.Narrow), "avx2") => Avx2Narrow,
            (nameof(Work.Narrow), _) => Avx512Narrow,
            (nameof(Work.Blocks), "avx2") => Blocks,
            (nameof(Work.Blocks), _) => static () => 0,
            (_, "scalar") => ScalarRead,
            (_, "avx2") => Avx2Read,
            _ => Avx512Read,
        };
    }

    [Benchmark]
    public ulong Run() => _run();

    private ulong* Words => (ulong*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _words[0]);

    /// <summary>Plain x86-64 has vectors of 128 bits, and portable C is compiled to them.</summary>
    private ulong ScalarRead()
    {
        Vector128<ulong> a = default, b = default, c = default, d = default;
        ulong* at = Words;
        for (ulong* end = at + _words.Length; at < end; at += 8)
        {
            a ^= Vector128.Load(at);
            b ^= Vector128.Load(at + 2);
            c ^= Vector128.Load(at + 4);
            d ^= Vector128.Load(at + 6);
        }

        return Vector128.Sum(a ^ b ^ c ^ d);
    }

    private ulong Avx2Read()
    {
        Vector256<ulong> a = default, b = default, c = default, d = default;
        ulong* at = Words;
        for (ulong* end = at + _words.Length; at < end; at += 16)
        {
            a ^= Vector256.Load(at);
            b ^= Vector256.Load(at + 4);
            c ^= Vector256.Load(at + 8);
            d ^= Vector256.Load(at + 12);
        }

        return Vector256.Sum(a ^ b ^ c ^ d);
    }

    private ulong Avx512Read()
    {
        Vector512<ulong> a = default, b = default, c = default, d = default;
        ulong* at = Words;
        for (ulong* end = at + _words.Length; at < end; at += 32)
        {
            a ^= Vector512.Load(at);
            b ^= Vector512.Load(at + 8);
            c ^= Vector512.Load(at + 16);
            d ^= Vector512.Load(at + 24);
        }

        return Vector512.Sum(a ^ b ^ c ^ d);
    }

    private ulong ScalarProducts()
    {
        ulong a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
        for (int i = 0; i < Operations; i += Ring / 2)
        {
            ulong* at = Words;
            for (ulong* end = at + (Ring / 2); at < end; at += 8)
            {
                a += at[0] * at[8];
                b += at[1] * at[9];
                c += at[2] * at[10];
                d += at[3] * at[11];
                e += at[4] * at[12];
                f += at[5] * at[13];
                g += at[6] * at[14];
                h += at[7] * at[15];
            }
        }

        return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
    }

    /// <summary>Low halves by one product of 32-bit words into one sum, both mixed products by another into a second.</summary>
    private ulong Avx2Products()
    {
        Vector256<ulong> a = default, b = default, c = default, d = default;
        Vector256<uint> e = default, f = default, g = default, h = default;
        ulong* words = Words;
        for (int i = 0; i < Operations; i += 16)
        {
            ulong* at = words + (i % (Ring / 2));
            Vector256<uint> x = Vector256.Load(at).AsUInt32(), swapped = Avx2.Shuffle(x, 0xb1);
            Vector256<uint> y = Vector256.Load(at + 4).AsUInt32(), z = Vector256.Load(at + 8).AsUInt32();
            Vector256<uint> v = Vector256.Load(at + 12).AsUInt32(), w = Vector256.Load(at + 16).AsUInt32();
            a += Avx2.Multiply(x, y);
            b += Avx2.Multiply(x, z);
            c += Avx2.Multiply(x, v);
            d += Avx2.Multiply(x, w);
            e += Avx2.MultiplyLow(swapped, y);
            f += Avx2.MultiplyLow(swapped, z);
            g += Avx2.MultiplyLow(swapped, v);
            h += Avx2.MultiplyLow(swapped, w);
        }

        return Vector256.Sum(a ^ b ^ c ^ d ^ (e ^ f ^ g ^ h).AsUInt64());
    }

    private ulong Avx512Products()
    {
        Vector512<ulong> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        ulong* words = Words;
        for (int i = 0; i < Operations; i += 64)
        {
            ulong* at = words + (i % (Ring / 2));
            Vector512<ulong> x = Vector512.Load(at);
            a += x * Vector512.Load(at + 8);
            b += x * Vector512.Load(at + 16);
            c += x * Vector512.Load(at + 24);
            d += x * Vector512.Load(at + 32);
            e += x * Vector512.Load(at + 40);
            f += x * Vector512.Load(at + 48);
            g += x * Vector512.Load(at + 56);
            h += x * Vector512.Load(at + 64);
        }

        return Vector512.Sum(a ^ b ^ c ^ d ^ e ^ f ^ g ^ h);
    }

    /// <summary>Five limbs of 16 words by 16 weights, for two rows of weights.</summary>
    private ulong Avx2Narrow()
    {
        Vector256<int> a = default, b = default, c = default, d = default, e = default;
        Vector256<int> f = default, g = default, h = default, k = default, l = default;
        short* words = (short*)Words;
        for (int i = 0; i < Operations; i += 32)
        {
            short* at = words + (i % Ring);
            Vector256<short> v = Vector256.Load(at), w = Vector256.Load(at + 16), x = Vector256.Load(at + 32);
            a += Avx2.MultiplyAddAdjacent(x, v);
            b += Avx2.MultiplyAddAdjacent(x, w);
            x = Vector256.Load(at + 48);
            c += Avx2.MultiplyAddAdjacent(x, v);
            d += Avx2.MultiplyAddAdjacent(x, w);
            x = Vector256.Load(at + 64);
            e += Avx2.MultiplyAddAdjacent(x, v);
            f += Avx2.MultiplyAddAdjacent(x, w);
            x = Vector256.Load(at + 80);
            g += Avx2.MultiplyAddAdjacent(x, v);
            h += Avx2.MultiplyAddAdjacent(x, w);
            x = Vector256.Load(at + 96);
            k += Avx2.MultiplyAddAdjacent(x, v);
            l += Avx2.MultiplyAddAdjacent(x, w);
        }

        return (ulong)Vector256.Sum(a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ k ^ l);
    }

    /// <summary>The same, twice as wide.</summary>
    private ulong Avx512Narrow()
    {
        Vector512<int> a = default, b = default, c = default, d = default, e = default;
        Vector512<int> f = default, g = default, h = default, k = default, l = default;
        short* words = (short*)Words;
        for (int i = 0; i < Operations; i += 64)
        {
            short* at = words + (i % Ring);
            Vector512<short> v = Vector512.Load(at), w = Vector512.Load(at + 32), x = Vector512.Load(at + 64);
            a += Avx512BW.MultiplyAddAdjacent(x, v);
            b += Avx512BW.MultiplyAddAdjacent(x, w);
            x = Vector512.Load(at + 96);
            c += Avx512BW.MultiplyAddAdjacent(x, v);
            d += Avx512BW.MultiplyAddAdjacent(x, w);
            x = Vector512.Load(at + 128);
            e += Avx512BW.MultiplyAddAdjacent(x, v);
            f += Avx512BW.MultiplyAddAdjacent(x, w);
            x = Vector512.Load(at + 160);
            g += Avx512BW.MultiplyAddAdjacent(x, v);
            h += Avx512BW.MultiplyAddAdjacent(x, w);
            x = Vector512.Load(at + 192);
            k += Avx512BW.MultiplyAddAdjacent(x, v);
            l += Avx512BW.MultiplyAddAdjacent(x, w);
        }

        return (ulong)Vector512.Sum(a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ k ^ l);
    }

    /// <summary>Ten rounds a block, eight in flight.</summary>
    private ulong Blocks()
    {
        Vector128<byte> key = Vector128.Create(_words[0], _words[1]).AsByte();
        Vector128<byte> a = key, b = key, c = key, d = key, e = key, f = key, g = key, h = key;
        for (int i = 0; i < Operations; i += 8)
        {
            for (int round = 0; round < 10; round++)
            {
                (a, b, c, d) = (Aes.Encrypt(a, key), Aes.Encrypt(b, key), Aes.Encrypt(c, key), Aes.Encrypt(d, key));
                (e, f, g, h) = (Aes.Encrypt(e, key), Aes.Encrypt(f, key), Aes.Encrypt(g, key), Aes.Encrypt(h, key));
            }
        }

        return Vector128.Sum((a ^ b ^ c ^ d ^ e ^ f ^ g ^ h).AsUInt64());
    }
}
