using BenchmarkDotNet.Attributes;

namespace MPCache.Kernels.Bench;

/// <summary>Every hot kernel, for so many elements; products take as many multiply-adds in rows of a real layer. Allocations must be none.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    internal const int Width = 576, HeadDim = 64, Planes = 24, Digits = 8;

    private AesKey _key = null!;
    private Inputs _in = null!;

    /// <summary>Elements; for products, outputs.</summary>
    [Params(1 << 10, 1 << 13)]
    public int Elements { get; set; }

    [GlobalSetup]
    public void Prepare() => (_key, _in) = (new AesKey(new byte[16]), new Inputs(Elements));

    [Benchmark] public void LinearOneRow() => Kernel.GemmNtU64I16(_in.Y, Elements, _in.X, Width, _in.Weights, Width, 1, Elements, Width, 0);

    [Benchmark] public void LinearEightRows() => Kernel.GemmNtU64I16(_in.Y, Elements / 8, _in.X, Width, _in.Weights, Width, 8, Elements / 8, Width, 0);

    [Benchmark] public void MaskedLinearOneRow() => Kernel.GemmNtU64(_in.Y, Elements, _in.X, Width, _in.Wide, Width, 1, Elements, Width, 0);

    [Benchmark] public void MaskedLinearEightRows() => Kernel.GemmNtU64(_in.Y, Elements / 8, _in.X, Width, _in.Wide, Width, 8, Elements / 8, Width, 0);

    [Benchmark] public void Scores() => Kernel.GemmNtU64(_in.Y, Elements, _in.X, HeadDim, _in.Wide, HeadDim, 1, Elements, HeadDim, 0);

    [Benchmark] public void WeightedSum() => Kernel.GemmNnU64(_in.Y, HeadDim, _in.A, Elements, _in.Wide, HeadDim, 1, HeadDim, Elements, 0);

    [Benchmark] public void Masks() => Kernel.PrgFill(_key, 1, 0, _in.Y);

    [Benchmark] public void BeaverFinish() => Kernel.Beaver(_in.Y, _in.A, _in.B, _in.C, _in.D, _in.A, 1, Elements);

    [Benchmark] public void Shift() => Kernel.Shift(_in.Y, _in.A, 1, 48, 14, Elements);

    [Benchmark] public void WidenFinish() => Kernel.WidenFinish(_in.Y, _in.Bits, _in.Bits, _in.Bits, _in.Bits, _in.A, 40, 1, Elements);

    [Benchmark] public void BitTimes() => Kernel.BitTimes(_in.Y, _in.Bits, _in.A, _in.B, _in.C, _in.D, 3, Elements);

    [Benchmark] public void TableLookUp() => Kernel.UnitLookup(_in.OutPlanes, _in.Unit, _in.Low, _in.Table, Planes, 9, Elements);

    [Benchmark] public void Parities() => Kernel.UnitParities(_in.Parities, _in.Unit, _in.Low, _in.Groups, 7, Elements);

    [Benchmark] public void CompareDigits() => Kernel.DigitsCompare(_in.OutPlanes, _in.OutPlanes2, _in.Unit, _in.A, Digits, 4, Elements);

    [Benchmark] public void Exponential() => Kernel.Exp2Neg(_in.Y, _in.Low, 13, 30, Elements);

    [Benchmark] public void PackFiveBytes() => Kernel.Pack(_in.Wire, _in.A, 5, Elements);

    [Benchmark] public void UnpackFiveBytes() => Kernel.UnpackAdd(_in.Y, _in.Wire, 5, Elements);
}
