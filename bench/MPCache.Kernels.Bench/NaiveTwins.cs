using System.Buffers.Binary;
using System.Security.Cryptography;
using MPCache.Kernels.Tests;

namespace MPCache.Kernels.Bench;

/// <summary>What the kernels compute, in the C# that one would write first.</summary>
internal static class NaiveTwins
{
    private static readonly Aes s_aes = Aes.Create();

    public static void Gemm(GemmNtU64I16Call c)
    {
        for (int i = 0; i < c.M; i++)
        {
            for (int j = 0; j < c.N; j++)
            {
                ulong sum = 0;
                for (int t = 0; t < c.K; t++)
                {
                    sum += c.X[(i * c.Ldx) + t] * (ulong)(long)c.W[(j * c.Ldw) + t];
                }

                c.Y[(i * c.Ldy) + j] = sum;
            }
        }
    }

    public static void Gemm(GemmNtU64Call c)
    {
        for (int i = 0; i < c.M; i++)
        {
            for (int j = 0; j < c.N; j++)
            {
                ulong sum = 0;
                for (int t = 0; t < c.K; t++)
                {
                    sum += c.X[(i * c.Ldx) + t] * c.W[(j * c.Ldw) + t];
                }

                c.Y[(i * c.Ldy) + j] = sum;
            }
        }
    }

    public static void Gemm(GemmNnU64Call c)
    {
        for (int i = 0; i < c.M; i++)
        {
            for (int j = 0; j < c.N; j++)
            {
                ulong sum = 0;
                for (int t = 0; t < c.K; t++)
                {
                    sum += c.X[(i * c.Ldx) + t] * c.W[(t * c.Ldw) + j];
                }

                c.Y[(i * c.Ldy) + j] = sum;
            }
        }
    }

    public static void PrgFill(PrgFillCall c)
    {
        s_aes.Key = c.Key.Schedule[..16].ToArray();
        byte[] counters = new byte[(c.N + 1) / 2 * 16];
        for (int i = 0; i < counters.Length; i += 16)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(counters.AsSpan(i), c.Nonce);
            BinaryPrimitives.WriteUInt64LittleEndian(counters.AsSpan(i + 8), c.FirstBlock + (ulong)(i / 16));
        }

        System.Buffer.BlockCopy(s_aes.EncryptEcb(counters, PaddingMode.None), 0, c.Result, 0, c.N * 8);
    }

    public static void Beaver(BeaverCall c)
    {
        for (int i = 0; i < c.N; i++)
        {
            c.Result[i] = (c.First * c.D[i] * c.E[i]) + (c.D[i] * c.B[i]) + (c.A[i] * c.E[i]) + c.C[i];
        }
    }

    public static void Shift(ShiftCall c)
    {
        for (int i = 0; i < c.N; i++)
        {
            c.Result[i] = ((c.A[i] + c.Offset) & ((1ul << c.RingBits) - 1)) >> c.Shift;
        }
    }

    public static void WidenFinish(WidenFinishCall c)
    {
        for (int i = 0; i < c.N; i++)
        {
            ulong u = Bit(c.UBits, i), v = Bit(c.VBits, i), own = Bit(c.OwnBits, i), mask = Bit(c.MaskBits, i);
            ulong product = (u * v) + (v * (1 - (2 * u)) * mask) + ((1 - (2 * u)) * (1 - (2 * v)) * c.C[i]);
            c.Target[i] -= ((own - product) & ((1ul << (64 - c.W)) - 1)) << c.W;
        }
    }

    public static void BitTimes(BitTimesCall c)
    {
        for (int i = 0; i < c.N; i++)
        {
            ulong t = (c.Rho[i] * c.D[i]) + c.RhoA[i];
            c.Target[i] += c.Factor * (Bit(c.UBits, i) == 1 ? c.X[i] - t : t);
        }
    }

    public static void UnitLookup(UnitLookupCall c)
    {
        int size = 1 << c.M, bytes = size / 8, words = (c.N + 63) / 64;
        Array.Clear(c.ResultPlanes, 0, c.Planes * words);
        for (int i = 0; i < c.N; i++)
        {
            for (int p = 0; p < c.Planes; p++)
            {
                int parity = 0;
                for (int v = 0; v < size; v++)
                {
                    int at = (v - (int)c.D[i]) & (size - 1);
                    parity ^= (c.E[(i * bytes) + (at >> 3)] >> (at & 7)) & (c.Table[(p * bytes) + (v >> 3)] >> (v & 7)) & 1;
                }

                c.ResultPlanes[(p * words) + (i / 64)] |= (ulong)parity << (i % 64);
            }
        }
    }

    public static void UnitParities(UnitParitiesCall c)
    {
        int size = 1 << c.M, bytes = size / 8;
        for (int g = 0; g < 32; g++)
        {
            for (int i = 0; i < c.N; i++)
            {
                if (((c.Groups[i] >> g) & 1) == 1)
                {
                    for (int v = 0; v < size; v++)
                    {
                        int at = (v - (int)c.D[i]) & (size - 1);
                        c.Target[(g * bytes) + (v >> 3)] ^= (byte)(((c.E[(i * bytes) + (at >> 3)] >> (at & 7)) & 1) << (v & 7));
                    }
                }
            }
        }
    }

    public static void DigitsCompare(DigitsCompareCall c)
    {
        int size = 1 << c.M, bytes = size / 8, words = (c.N + 63) / 64;
        Array.Clear(c.Greater, 0, c.Digits * words);
        Array.Clear(c.Equal, 0, c.Digits * words);
        for (int i = 0; i < c.N; i++)
        {
            for (int j = 0; j < c.Digits; j++)
            {
                int digit = (int)(~c.D[i] >> (c.M * j)) & (size - 1), greater = 0, equal = 0;
                for (int v = 0; v < size; v++)
                {
                    int bit = (c.E[(((i * c.Digits) + j) * bytes) + (v >> 3)] >> (v & 7)) & 1;
                    greater ^= v > digit ? bit : 0;
                    equal ^= v == digit ? bit : 0;
                }

                c.Greater[(j * words) + (i / 64)] |= (ulong)greater << (i % 64);
                c.Equal[(j * words) + (i / 64)] |= (ulong)equal << (i % 64);
            }
        }
    }

    public static void Exp2Neg(Exp2NegCall c)
    {
        for (int i = 0; i < c.N; i++)
        {
            c.Result[i] = (ulong)Math.Round(Math.ScaleB(Math.Pow(2, -Math.ScaleB(c.T[i], -c.FracBits)), c.OutBits));
        }
    }

    public static void Pack(PackCall c)
    {
        for (int i = 0; i < c.N; i++)
        {
            for (int b = 0; b < c.Bytes; b++)
            {
                c.Result[(i * c.Bytes) + b] = (byte)(c.Words[i] >> (8 * b));
            }
        }
    }

    public static void UnpackAdd(UnpackAddCall c)
    {
        for (int i = 0; i < c.N; i++)
        {
            ulong word = 0;
            for (int b = 0; b < c.Bytes; b++)
            {
                word |= (ulong)c.Packed[(i * c.Bytes) + b] << (8 * b);
            }

            c.Target[i] += word;
        }
    }

    private static ulong Bit(ulong[] bits, int i) => (bits[i / 64] >> (i % 64)) & 1;
}
