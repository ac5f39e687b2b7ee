using System.Runtime.Intrinsics;

namespace MPCache.Kernels;

/// <summary>
/// 2^(outBits - t / 2^fracBits) by the steps of native/src/generic/exp2.h: a polynomial of the fraction in double precision, the whole
/// part into the exponent. Products and sums stay apart (neither compiler contracts them), which is what makes the bits equal.
/// </summary>
internal static unsafe class ManagedExp2
{
    /// <summary>(-ln 2)^i / i!.</summary>
    private static readonly double[] s_coefficients =
    [
        1.0, -0.6931471805599453, 0.24022650695910072, -0.05550410866482158, 0.009618129107628477, -0.0013333558146428443,
        0.0001540353039338161, -1.525273380405984e-05, 1.3215486790144307e-06, -1.0178086009239699e-07, 7.054911620801123e-09,
        -4.4455382718708116e-10, 2.5678435993488202e-11, -1.3691488853904128e-12,
    ];

    public static void Exp2Neg(ulong* o, ulong* t, int fracBits, int outBits, long n)
    {
        ulong mask = (1ul << fracBits) - 1;
        double scale = 1.0 / (1ul << fracBits);
        fixed (double* c = s_coefficients)
        {
            long i = 0;
            for (; Vector512.IsHardwareAccelerated && i <= n - 8; i += 8)
            {
                Vector512<ulong> word = Vector512.Load(t + i);
                Vector512<double> f = Vector512.ConvertToDouble((word & Vector512.Create(mask)).AsInt64()) * Vector512.Create(scale);
                Vector512<double> y = Vector512.Create(c[13]);
                for (int k = 12; k >= 0; k--)
                {
                    y = (y * f) + Vector512.Create(c[k]);
                }

                Vector512<ulong> exponent = (Vector512.Create((ulong)outBits) - (word >>> fracBits)) << 52;
                y = (y.AsUInt64() + exponent).AsDouble() + Vector512.Create(0.5);
                Vector512.ConvertToInt64Native(y).AsUInt64().Store(o + i);
            }

            for (; i < n; i++)
            {
                double f = (long)(t[i] & mask) * scale, y = c[13];
                for (int k = 12; k >= 0; k--)
                {
                    y = (y * f) + c[k];
                }

                ulong bits = BitConverter.DoubleToUInt64Bits(y) + (((ulong)outBits - (t[i] >> fracBits)) << 52);
                o[i] = (ulong)(long)(BitConverter.UInt64BitsToDouble(bits) + 0.5);
            }
        }
    }
}
