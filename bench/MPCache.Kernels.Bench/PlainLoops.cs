using BenchmarkDotNet.Attributes;

namespace MPCache.Kernels.Bench;

/// <summary>What the machine does on loops that anybody would write: naive C# products, a copy, and an fp32 product of the same shape.</summary>
[MemoryDiagnoser]
public class PlainLoops
{
    private const int Width = 576, Hidden = 1536;

    private readonly ulong[] _x = KernelBenchmarks.Words(Width), _y = new ulong[Hidden], _from = KernelBenchmarks.Words(1 << 16), _to = new ulong[1 << 16];
    private readonly short[] _weights = [.. KernelBenchmarks.Words(Hidden * Width).Select(w => (short)w)];
    private readonly float[] _fx = new float[Width], _fw = new float[Hidden * Width], _fy = new float[Hidden];

    [Benchmark]
    public void NaiveLinearOneRow()
    {
        for (int j = 0; j < Hidden; j++)
        {
            ulong sum = 0;
            for (int t = 0; t < Width; t++)
            {
                sum += _x[t] * (ulong)(long)_weights[(j * Width) + t];
            }

            _y[j] = sum;
        }
    }

    [Benchmark]
    public void SinglePrecisionLinearOneRow()
    {
        for (int j = 0; j < Hidden; j++)
        {
            var sum = System.Numerics.Vector<float>.Zero;
            for (int t = 0; t < Width; t += System.Numerics.Vector<float>.Count)
            {
                sum += new System.Numerics.Vector<float>(_fx, t) * new System.Numerics.Vector<float>(_fw, (j * Width) + t);
            }

            _fy[j] = System.Numerics.Vector.Sum(sum);
        }
    }

    [Benchmark]
    public void CopyHalfMegabyte() => _from.AsSpan().CopyTo(_to);
}
