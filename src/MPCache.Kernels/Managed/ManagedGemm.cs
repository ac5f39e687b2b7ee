using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MPCache.Kernels;

/// <summary>Matrix products, with vectors of 512 bits along the contiguous direction. Sums wrap, so their order does not matter.</summary>
internal static unsafe class ManagedGemm
{
    /// <summary>How weights of one type meet sums of another.</summary>
    private interface IWeight<T, TWeight>
        where T : unmanaged
        where TWeight : unmanaged
    {
        static abstract Vector512<T> Load(TWeight* w);

        static abstract T Widen(TWeight w);
    }

    public static void GemmNtU64I16(ulong* y, long ldy, ulong* x, long ldx, short* w, long ldw, long m, long n, long k, int accumulate) =>
        Nt<ulong, short, ShortToLong>(y, ldy, x, ldx, w, ldw, m, n, k, accumulate);

    public static void GemmNtU64(ulong* y, long ldy, ulong* x, long ldx, ulong* w, long ldw, long m, long n, long k, int accumulate) =>
        Nt<ulong, ulong, Same>(y, ldy, x, ldx, w, ldw, m, n, k, accumulate);

    public static void GemmNnU64(ulong* y, long ldy, ulong* x, long ldx, ulong* w, long ldw, long m, long n, long k, int accumulate) =>
        Nn(y, ldy, x, ldx, w, ldw, m, n, k, accumulate);

    public static void GemmNnU16(ushort* y, long ldy, ushort* x, long ldx, ushort* w, long ldw, long m, long n, long k, int accumulate) =>
        Nn(y, ldy, x, ldx, w, ldw, m, n, k, accumulate);

    /// <summary>Four columns of Y at a time: four independent sums hide the latency of the product, and share X's loads.</summary>
    private static void Nt<T, TWeight, TLoad>(T* y, long ldy, T* x, long ldx, TWeight* w, long ldw, long m, long n, long k, int accumulate)
        where T : unmanaged, IBinaryInteger<T>
        where TWeight : unmanaged
        where TLoad : IWeight<T, TWeight>
    {
        for (long i = 0; i < m; i++)
        {
            T* row = x + (i * ldx);
            T* to = y + (i * ldy);
            long j = 0;
            for (; j <= n - 4; j += 4)
            {
                FourSums<T, TWeight, TLoad>(to + j, row, w + (j * ldw), ldw, k, accumulate);
            }

            for (; j < n; j++)
            {
                T sum = OneSum<T, TWeight, TLoad>(row, w + (j * ldw), k);
                to[j] = accumulate == 1 ? to[j] + sum : sum;
            }
        }
    }

    private static void FourSums<T, TWeight, TLoad>(T* to, T* x, TWeight* w, long ldw, long k, int accumulate)
        where T : unmanaged, IBinaryInteger<T>
        where TWeight : unmanaged
        where TLoad : IWeight<T, TWeight>
    {
        TWeight* w1 = w + ldw, w2 = w1 + ldw, w3 = w2 + ldw;
        Vector512<T> a = default, b = default, c = default, d = default;
        long t = 0;
        for (; t <= k - Vector512<T>.Count; t += Vector512<T>.Count)
        {
            Vector512<T> v = Vector512.Load(x + t);
            a += v * TLoad.Load(w + t);
            b += v * TLoad.Load(w1 + t);
            c += v * TLoad.Load(w2 + t);
            d += v * TLoad.Load(w3 + t);
        }

        T s0 = Vector512.Sum(a), s1 = Vector512.Sum(b), s2 = Vector512.Sum(c), s3 = Vector512.Sum(d);
        for (; t < k; t++)
        {
            s0 += x[t] * TLoad.Widen(w[t]);
            s1 += x[t] * TLoad.Widen(w1[t]);
            s2 += x[t] * TLoad.Widen(w2[t]);
            s3 += x[t] * TLoad.Widen(w3[t]);
        }

        if (accumulate == 1)
        {
            (s0, s1, s2, s3) = (s0 + to[0], s1 + to[1], s2 + to[2], s3 + to[3]);
        }

        (to[0], to[1], to[2], to[3]) = (s0, s1, s2, s3);
    }

    private static T OneSum<T, TWeight, TLoad>(T* x, TWeight* w, long k)
        where T : unmanaged, IBinaryInteger<T>
        where TWeight : unmanaged
        where TLoad : IWeight<T, TWeight>
    {
        Vector512<T> sums = default;
        long t = 0;
        for (; t <= k - Vector512<T>.Count; t += Vector512<T>.Count)
        {
            sums += Vector512.Load(x + t) * TLoad.Load(w + t);
        }

        T sum = Vector512.Sum(sums);
        for (; t < k; t++)
        {
            sum += x[t] * TLoad.Widen(w[t]);
        }

        return sum;
    }

    /// <summary>Rows of W, scaled, are added to a row of Y: two vectors of Y stay in registers for the whole of k.</summary>
    private static void Nn<T>(T* y, long ldy, T* x, long ldx, T* w, long ldw, long m, long n, long k, int accumulate)
        where T : unmanaged, IBinaryInteger<T>
    {
        int lanes = Vector512<T>.Count;
        for (long i = 0; i < m; i++)
        {
            T* row = x + (i * ldx);
            T* to = y + (i * ldy);
            long j = 0;
            for (; j <= n - (2 * lanes); j += 2 * lanes)
            {
                Vector512<T> a = accumulate == 1 ? Vector512.Load(to + j) : default;
                Vector512<T> b = accumulate == 1 ? Vector512.Load(to + j + lanes) : default;
                T* at = w + j;
                for (long t = 0; t < k; t++, at += ldw)
                {
                    Vector512<T> factor = Vector512.Create(row[t]);
                    a += factor * Vector512.Load(at);
                    b += factor * Vector512.Load(at + lanes);
                }

                a.Store(to + j);
                b.Store(to + j + lanes);
            }

            for (; j < n; j++)
            {
                T sum = accumulate == 1 ? to[j] : T.Zero;
                for (long t = 0; t < k; t++)
                {
                    sum += row[t] * w[(t * ldw) + j];
                }

                to[j] = sum;
            }
        }
    }

    private readonly struct Same : IWeight<ulong, ulong>
    {
        public static Vector512<ulong> Load(ulong* w) => Vector512.Load(w);

        public static ulong Widen(ulong w) => w;
    }

    private readonly struct ShortToLong : IWeight<ulong, short>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Load(short* w)
        {
            Vector256<int> ints = Vector256.WidenLower(Vector128.Load(w).ToVector256Unsafe());
            return Vector512.WidenLower(ints.ToVector512Unsafe()).AsUInt64();
        }

        public static ulong Widen(short w) => (ulong)(long)w;
    }
}
