using System.Numerics;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;

namespace MPCache.Kernels.Bench;

/// <summary>The same work in the C# that one would write first, under the kernels' names; and what the machine does on plain loops over memory and multiplications.</summary>
[MemoryDiagnoser]
public class NaiveLoops
{
    private readonly Aes _aes = Aes.Create();
    private Inputs _in = null!;
    private byte[] _counters = null!, _stream = null!;

    [Params(1 << 10, 1 << 13)]
    public int Elements { get; set; }

    [GlobalSetup]
    public void Prepare() => (_in, _counters, _stream) = (new Inputs(Elements), new byte[Elements * 8], new byte[Elements * 8]);

    [Benchmark]
    public void LinearOneRow()
    {
        for (int j = 0; j < Elements; j++)
        {
            ulong sum = 0;
            for (int t = 0; t < KernelBenchmarks.Width; t++)
            {
                sum += _in.X[t] * (ulong)(long)_in.Weights[(j * KernelBenchmarks.Width) + t];
            }

            _in.Y[j] = sum;
        }
    }

    [Benchmark]
    public void MaskedLinearOneRow()
    {
        for (int j = 0; j < Elements; j++)
        {
            ulong sum = 0;
            for (int t = 0; t < KernelBenchmarks.Width; t++)
            {
                sum += _in.X[t] * _in.Wide[(j * KernelBenchmarks.Width) + t];
            }

            _in.Y[j] = sum;
        }
    }

    [Benchmark]
    public void Scores()
    {
        for (int j = 0; j < Elements; j++)
        {
            ulong sum = 0;
            for (int t = 0; t < KernelBenchmarks.HeadDim; t++)
            {
                sum += _in.X[t] * _in.Wide[(j * KernelBenchmarks.HeadDim) + t];
            }

            _in.Y[j] = sum;
        }
    }

    [Benchmark]
    public void WeightedSum()
    {
        for (int i = 0; i < KernelBenchmarks.HeadDim; i++)
        {
            ulong sum = 0;
            for (int t = 0; t < Elements; t++)
            {
                sum += _in.A[t] * _in.Wide[(t * KernelBenchmarks.HeadDim) + i];
            }

            _in.Y[i] = sum;
        }
    }

    [Benchmark]
    public void Masks() => _aes.EncryptEcb(_counters, _stream, PaddingMode.None);

    [Benchmark]
    public void BeaverFinish()
    {
        for (int i = 0; i < Elements; i++)
        {
            _in.Y[i] = (_in.A[i] * _in.B[i]) + (_in.A[i] * _in.D[i]) + (_in.C[i] * _in.B[i]) + _in.A[i];
        }
    }

    [Benchmark]
    public void Shift()
    {
        for (int i = 0; i < Elements; i++)
        {
            _in.Y[i] = ((_in.A[i] + 1) & ((1ul << 48) - 1)) >> 14;
        }
    }

    [Benchmark]
    public void WidenFinish()
    {
        for (int i = 0; i < Elements; i++)
        {
            ulong u = Bit(i), v = Bit(i), own = Bit(i), mask = Bit(i);
            ulong product = (u * v) + (v * (1 - (2 * u)) * mask) + ((1 - (2 * u)) * (1 - (2 * v)) * _in.A[i]);
            _in.Y[i] -= ((own - product) & ((1ul << 24) - 1)) << 40;
        }
    }

    [Benchmark]
    public void BitTimes()
    {
        for (int i = 0; i < Elements; i++)
        {
            ulong t = (_in.A[i] * _in.C[i]) + _in.B[i];
            _in.Y[i] += 3 * (Bit(i) == 1 ? _in.D[i] - t : t);
        }
    }

    [Benchmark]
    public void TableLookUp()
    {
        for (int i = 0; i < Elements; i++)
        {
            for (int p = 0; p < KernelBenchmarks.Planes; p++)
            {
                int parity = 0;
                for (int v = 0; v < 512; v++)
                {
                    int at = (v - (int)_in.Low[i]) & 511;
                    parity ^= (_in.Unit[(i * 64) + (at >> 3)] >> (at & 7)) & (_in.Table[(p * 64) + (v >> 3)] >> (v & 7)) & 1;
                }

                _in.OutPlanes[((p * Elements) + i) / 64] ^= (ulong)parity << (i % 64);
            }
        }
    }

    [Benchmark]
    public void Exponential()
    {
        for (int i = 0; i < Elements; i++)
        {
            _in.Y[i] = (ulong)Math.Round(Math.ScaleB(Math.Pow(2, -Math.ScaleB((double)_in.Low[i], -13)), 30));
        }
    }

    [Benchmark]
    public void PackFiveBytes()
    {
        for (int i = 0; i < Elements; i++)
        {
            for (int b = 0; b < 5; b++)
            {
                _in.Wire[(i * 5) + b] = (byte)(_in.A[i] >> (8 * b));
            }
        }
    }

    [Benchmark]
    public void UnpackFiveBytes()
    {
        for (int i = 0; i < Elements; i++)
        {
            ulong word = 0;
            for (int b = 0; b < 5; b++)
            {
                word |= (ulong)_in.Wire[(i * 5) + b] << (8 * b);
            }

            _in.Y[i] += word;
        }
    }

    /// <summary>Memory: as many words copied.</summary>
    [Benchmark]
    public void Copy() => _in.A.AsSpan().CopyTo(_in.Y);

    /// <summary>Multiplications: the same linear layer in single precision, vectorised.</summary>
    [Benchmark]
    public void SinglePrecisionLinearOneRow()
    {
        for (int j = 0; j < Elements; j++)
        {
            Vector<float> sum = Vector<float>.Zero;
            for (int t = 0; t < KernelBenchmarks.Width; t += Vector<float>.Count)
            {
                sum += new Vector<float>(_in.FloatX, t) * new Vector<float>(_in.FloatWeights, (j * KernelBenchmarks.Width) + t);
            }

            _in.FloatY[j] = Vector.Sum(sum);
        }
    }

    private ulong Bit(int i) => (_in.Bits[i / 64] >> (i % 64)) & 1;
}
