using System.Runtime.Intrinsics;

namespace MPCache.Kernels;

/// <summary>Element-wise arithmetic: 8 words at a time, then 4, then one. Vectors that the processor lacks fall away at JIT time.</summary>
internal static unsafe class ManagedRing
{
    public static void Add(ulong* o, ulong* a, ulong* b, long n)
    {
        long i = 0;
        for (; Vector512.IsHardwareAccelerated && i <= n - 8; i += 8)
        {
            (Vector512.Load(a + i) + Vector512.Load(b + i)).Store(o + i);
        }

        for (; Vector256.IsHardwareAccelerated && i <= n - 4; i += 4)
        {
            (Vector256.Load(a + i) + Vector256.Load(b + i)).Store(o + i);
        }

        for (; i < n; i++)
        {
            o[i] = a[i] + b[i];
        }
    }

    public static void Sub(ulong* o, ulong* a, ulong* b, long n)
    {
        long i = 0;
        for (; Vector512.IsHardwareAccelerated && i <= n - 8; i += 8)
        {
            (Vector512.Load(a + i) - Vector512.Load(b + i)).Store(o + i);
        }

        for (; Vector256.IsHardwareAccelerated && i <= n - 4; i += 4)
        {
            (Vector256.Load(a + i) - Vector256.Load(b + i)).Store(o + i);
        }

        for (; i < n; i++)
        {
            o[i] = a[i] - b[i];
        }
    }

    public static void Mul(ulong* o, ulong* a, ulong* b, long n)
    {
        long i = 0;
        for (; Vector512.IsHardwareAccelerated && i <= n - 8; i += 8)
        {
            (Vector512.Load(a + i) * Vector512.Load(b + i)).Store(o + i);
        }

        for (; Vector256.IsHardwareAccelerated && i <= n - 4; i += 4)
        {
            (Vector256.Load(a + i) * Vector256.Load(b + i)).Store(o + i);
        }

        for (; i < n; i++)
        {
            o[i] = a[i] * b[i];
        }
    }

    public static void ScaleAdd(ulong* o, ulong* a, ulong factor, long n)
    {
        long i = 0;
        for (; Vector512.IsHardwareAccelerated && i <= n - 8; i += 8)
        {
            (Vector512.Load(o + i) + (Vector512.Load(a + i) * Vector512.Create(factor))).Store(o + i);
        }

        for (; Vector256.IsHardwareAccelerated && i <= n - 4; i += 4)
        {
            (Vector256.Load(o + i) + (Vector256.Load(a + i) * Vector256.Create(factor))).Store(o + i);
        }

        for (; i < n; i++)
        {
            o[i] += a[i] * factor;
        }
    }

    public static void Beaver(ulong* o, ulong* d, ulong* e, ulong* a, ulong* b, ulong* c, ulong first, long n)
    {
        // first*d*e + d*b = d * (first*e + b), with first*e as a mask: two products an element instead of four.
        ulong keep = 0 - first;
        long i = 0;
        for (; Vector512.IsHardwareAccelerated && i <= n - 8; i += 8)
        {
            Vector512<ulong> opened = Vector512.Load(e + i);
            Vector512<ulong> left = Vector512.Load(d + i) * ((opened & Vector512.Create(keep)) + Vector512.Load(b + i));
            (left + (Vector512.Load(a + i) * opened) + Vector512.Load(c + i)).Store(o + i);
        }

        for (; Vector256.IsHardwareAccelerated && i <= n - 4; i += 4)
        {
            Vector256<ulong> opened = Vector256.Load(e + i);
            Vector256<ulong> left = Vector256.Load(d + i) * ((opened & Vector256.Create(keep)) + Vector256.Load(b + i));
            (left + (Vector256.Load(a + i) * opened) + Vector256.Load(c + i)).Store(o + i);
        }

        for (; i < n; i++)
        {
            o[i] = (d[i] * ((e[i] & keep) + b[i])) + (a[i] * e[i]) + c[i];
        }
    }

    public static void Shift(ulong* o, ulong* a, ulong offset, int ringBits, int shift, long n)
    {
        ulong mask = ulong.MaxValue >> (64 - ringBits);
        long i = 0;
        for (; Vector512.IsHardwareAccelerated && i <= n - 8; i += 8)
        {
            (((Vector512.Load(a + i) + Vector512.Create(offset)) & Vector512.Create(mask)) >>> shift).Store(o + i);
        }

        for (; Vector256.IsHardwareAccelerated && i <= n - 4; i += 4)
        {
            (((Vector256.Load(a + i) + Vector256.Create(offset)) & Vector256.Create(mask)) >>> shift).Store(o + i);
        }

        for (; i < n; i++)
        {
            o[i] = ((a[i] + offset) & mask) >> shift;
        }
    }
}
