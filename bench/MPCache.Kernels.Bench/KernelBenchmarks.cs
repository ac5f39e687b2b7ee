using BenchmarkDotNet.Attributes;

namespace MPCache.Kernels.Bench;

/// <summary>Every hot kernel at the sizes of a real model's layer, native against managed; allocations must be none.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private const int Rows = 64, Width = 576, Hidden = 1536, Tokens = 512, HeadDim = 64, Elements = 4096, Planes = 24;

    private readonly AesKey _key = new(new byte[16]);
    private readonly ulong[] _x = Words(Rows * Hidden), _y = new ulong[Rows * Hidden], _w = Words(Hidden * Width), _a = Words(Elements), _b = Words(Elements), _c = Words(Elements), _d = Words(Elements);
    private readonly short[] _weights = [.. Words(Hidden * Width).Select(w => (short)w)];
    private readonly ulong[] _bits = Words(Elements / 64), _planes = new ulong[32 * Elements / 64], _low = [.. Words(Elements).Select(w => w & 511)];
    private readonly byte[] _unit = Bytes(Elements * 64), _table = Bytes(Planes * 64), _wire = new byte[Elements * 8], _parities = new byte[32 * 64];
    private readonly uint[] _groups = [.. Words(Elements).Select(w => (uint)w)];

    [Benchmark] public void LinearOneRow() => Kernels.GemmNtU64I16(_y, Hidden, _x, Width, _weights, Width, 1, Hidden, Width, 0);

    [Benchmark] public void Linear64Rows() => Kernels.GemmNtU64I16(_y, Hidden, _x, Width, _weights, Width, Rows, Hidden, Width, 0);

    [Benchmark] public void MaskedLinear64Rows() => Kernels.GemmNtU64(_y, Hidden, _x, Width, _w, Width, Rows, Hidden, Width, 0);

    [Benchmark] public void Scores() => Kernels.GemmNtU64(_y, Tokens, _x, HeadDim, _w, HeadDim, Rows, Tokens, HeadDim, 0);

    [Benchmark] public void WeightedSum() => Kernels.GemmNnU64(_y, HeadDim, _x, Tokens, _w, HeadDim, Rows, HeadDim, Tokens, 0);

    [Benchmark] public void Masks() => Kernels.PrgFill(_key, 1, 0, _a);

    [Benchmark] public void BeaverFinish() => Kernels.Beaver(_y, _a, _b, _c, _d, _a, 1, Elements);

    [Benchmark] public void Shift() => Kernels.Shift(_y, _a, 1, 48, 14, Elements);

    [Benchmark] public void WidenFinish() => Kernels.WidenFinish(_y, _bits, _bits, _bits, _bits, _a, 40, 1, Elements);

    [Benchmark] public void BitTimes() => Kernels.BitTimes(_y, _bits, _a, _b, _c, _d, 3, Elements);

    [Benchmark] public void TableLookUp() => Kernels.UnitLookup(_planes, _unit, _low, _table, Planes, 9, Elements);

    [Benchmark] public void Parities() => Kernels.UnitParities(_parities.AsSpan(0, 32 * 16), _unit, _low, _groups, 7, Elements);

    [Benchmark] public void CompareDigits() => Kernels.DigitsCompare(_planes, _y, _unit, _a, 8, 4, Elements);

    [Benchmark] public void Exponential() => Kernels.Exp2Neg(_y, _low, 13, 30, Elements);

    [Benchmark] public void PackFiveBytes() => Kernels.Pack(_wire, _a, 5, Elements);

    [Benchmark] public void UnpackFiveBytes() => Kernels.UnpackAdd(_y, _wire, 5, Elements);

    internal static ulong[] Words(int n)
    {
        var random = new Random(n);
        return [.. Enumerable.Range(0, n).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
    }

    private static byte[] Bytes(int n)
    {
        byte[] bytes = new byte[n];
        new Random(n).NextBytes(bytes);
        return bytes;
    }
}
