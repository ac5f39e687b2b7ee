using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MPCache.Kernels;

public sealed class AesKey
{
    internal readonly Aes Aes;
    public AesKey(ReadOnlySpan<byte> key) { Aes = Aes.Create(); Aes.Key = key.ToArray(); }
}

public static class Kernels
{
    public static string InstructionSet => "naive";

    private static void Stream(AesKey key, ulong nonce, ulong first, Span<ulong> o)
    {
        byte[] b = new byte[(o.Length + 1) / 2 * 16];
        for (int j = 0; j < b.Length / 16; j++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(b.AsSpan(j * 16), nonce);
            BinaryPrimitives.WriteUInt64LittleEndian(b.AsSpan((j * 16) + 8), first + (ulong)j);
        }
        byte[] e; lock (key) { e = key.Aes.EncryptEcb(b, PaddingMode.None); }
        MemoryMarshal.Cast<byte, ulong>(e)[..o.Length].CopyTo(o);
    }
    public static void PrgFill(AesKey k, ulong nonce, ulong first, Span<ulong> o) => Stream(k, nonce, first, o);
    public static void PrgAdd(AesKey k, ulong nonce, ulong first, Span<ulong> o) { var t = new ulong[o.Length]; Stream(k, nonce, first, t); for (int i = 0; i < o.Length; i++) o[i] += t[i]; }
    public static void PrgSub(AesKey k, ulong nonce, ulong first, Span<ulong> o) { var t = new ulong[o.Length]; Stream(k, nonce, first, t); for (int i = 0; i < o.Length; i++) o[i] -= t[i]; }
    public static void PrgXor(AesKey k, ulong nonce, ulong first, Span<ulong> o) { var t = new ulong[o.Length]; Stream(k, nonce, first, t); for (int i = 0; i < o.Length; i++) o[i] ^= t[i]; }
    public static void Add(Span<ulong> o, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, int n) { for (int i = 0; i < n; i++) o[i] = a[i] + b[i]; }
    public static void Sub(Span<ulong> o, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, int n) { for (int i = 0; i < n; i++) o[i] = a[i] - b[i]; }
    public static void Mul(Span<ulong> o, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, int n) { for (int i = 0; i < n; i++) o[i] = a[i] * b[i]; }
    public static void ScaleAdd(Span<ulong> o, ReadOnlySpan<ulong> a, ulong f, int n) { for (int i = 0; i < n; i++) o[i] += a[i] * f; }
    public static void Beaver(Span<ulong> o, ReadOnlySpan<ulong> d, ReadOnlySpan<ulong> e, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ReadOnlySpan<ulong> c, ulong first, int n)
    { for (int i = 0; i < n; i++) o[i] = (first * d[i] * e[i]) + (d[i] * b[i]) + (a[i] * e[i]) + c[i]; }
    public static void Shift(Span<ulong> o, ReadOnlySpan<ulong> x, ulong off, int ring, int shift, int n)
    { ulong m = ring == 64 ? ulong.MaxValue : (1ul << ring) - 1; for (int i = 0; i < n; i++) o[i] = ((x[i] + off) & m) >> shift; }
    public static void Pack(Span<byte> o, ReadOnlySpan<ulong> x, int w, int n) { for (int i = 0; i < n; i++) for (int j = 0; j < w; j++) o[(i * w) + j] = (byte)(x[i] >> (8 * j)); }
    public static void Unpack(Span<ulong> o, ReadOnlySpan<byte> x, int w, int n) { for (int i = 0; i < n; i++) { ulong v = 0; for (int j = 0; j < w; j++) v |= (ulong)x[(i * w) + j] << (8 * j); o[i] = v; } }
    public static void UnpackAdd(Span<ulong> o, ReadOnlySpan<byte> x, int w, int n) { for (int i = 0; i < n; i++) { ulong v = 0; for (int j = 0; j < w; j++) v |= (ulong)x[(i * w) + j] << (8 * j); o[i] += v; } }
    public static void GemmNtU64I16(Span<ulong> y, int ldy, ReadOnlySpan<ulong> x, int ldx, ReadOnlySpan<short> w, int ldw, int m, int n, int k, int acc)
    { for (int i = 0; i < m; i++) for (int j = 0; j < n; j++) { ulong s = 0; for (int t = 0; t < k; t++) s += x[(i * ldx) + t] * (ulong)(long)w[(j * ldw) + t]; y[(i * ldy) + j] = (acc == 1 ? y[(i * ldy) + j] : 0) + s; } }
    public static void GemmNtU64(Span<ulong> y, int ldy, ReadOnlySpan<ulong> x, int ldx, ReadOnlySpan<ulong> w, int ldw, int m, int n, int k, int acc)
    { for (int i = 0; i < m; i++) for (int j = 0; j < n; j++) { ulong s = 0; for (int t = 0; t < k; t++) s += x[(i * ldx) + t] * w[(j * ldw) + t]; y[(i * ldy) + j] = (acc == 1 ? y[(i * ldy) + j] : 0) + s; } }
    public static void GemmNnU64(Span<ulong> y, int ldy, ReadOnlySpan<ulong> x, int ldx, ReadOnlySpan<ulong> w, int ldw, int m, int n, int k, int acc)
    { for (int i = 0; i < m; i++) { var r = y.Slice(i * ldy, n); if (acc == 0) r.Clear(); for (int t = 0; t < k; t++) for (int j = 0; j < n; j++) r[j] += x[(i * ldx) + t] * w[(t * ldw) + j]; } }
    public static void GemmNnU16(Span<ushort> y, int ldy, ReadOnlySpan<ushort> x, int ldx, ReadOnlySpan<ushort> w, int ldw, int m, int n, int k, int acc)
    { for (int i = 0; i < m; i++) { var r = y.Slice(i * ldy, n); if (acc == 0) r.Clear(); for (int t = 0; t < k; t++) for (int j = 0; j < n; j++) r[j] += (ushort)(x[(i * ldx) + t] * w[(t * ldw) + j]); } }
    private static ulong Bit(ReadOnlySpan<ulong> b, int i) => (b[i >> 6] >> (i & 63)) & 1;
    public static void PermuteRows(Span<ulong> o, ReadOnlySpan<ulong> x, ReadOnlySpan<uint> index, int rowsOut, int rowsIn, int rowWords) { for (int i = 0; i < rowsOut; i++) x.Slice((int)index[i] * rowWords, rowWords).CopyTo(o[(i * rowWords)..]); }
    public static void ExtractBit(Span<ulong> o, ReadOnlySpan<ulong> x, int bit, int n) { o[..((n + 63) / 64)].Clear(); for (int i = 0; i < n; i++) o[i >> 6] |= ((x[i] >> bit) & 1) << (i & 63); }
    public static void ExpandBits(Span<ulong> o, ReadOnlySpan<ulong> b, int n) { for (int i = 0; i < n; i++) o[i] = Bit(b, i); }
    public static void WidenFinish(Span<ulong> z, ReadOnlySpan<ulong> own, ReadOnlySpan<ulong> mask, ReadOnlySpan<ulong> ub, ReadOnlySpan<ulong> vb, ReadOnlySpan<ulong> c, int w, int first, int n)
    {
        for (int i = 0; i < n; i++)
        {
            ulong u = Bit(ub, i), v = Bit(vb, i), k = Bit(mask, i), m = Bit(own, i);
            ulong sc = (1 - (2 * u)) * (1 - (2 * v)) * c[i];
            ulong p = first == 1 ? (u * v) + (v * (1 - (2 * u)) * k) + sc : (u * (1 - (2 * v)) * k) + sc;
            z[i] -= (m - p) << w;
        }
    }
    public static void BitToWord(Span<ulong> z, ReadOnlySpan<ulong> ub, ReadOnlySpan<ulong> rho, ulong first, ulong f, int n) { for (int i = 0; i < n; i++) z[i] += f * (Bit(ub, i) == 1 ? first - rho[i] : rho[i]); }
    public static void BitTimes(Span<ulong> z, ReadOnlySpan<ulong> ub, ReadOnlySpan<ulong> rho, ReadOnlySpan<ulong> rhoA, ReadOnlySpan<ulong> d, ReadOnlySpan<ulong> x, ulong f, int n)
    { for (int i = 0; i < n; i++) { ulong t = (rho[i] * d[i]) + rhoA[i]; z[i] += f * (Bit(ub, i) == 1 ? x[i] - t : t); } }
    public static void BitTimesScaled(Span<ulong> z, ReadOnlySpan<ulong> ub, ReadOnlySpan<ulong> r, ReadOnlySpan<ulong> rr, ReadOnlySpan<ulong> s, int sh, int n)
    { for (int i = 0; i < n; i++) z[i] += (s[i] >> sh) * (Bit(ub, i) == 1 ? r[i] - rr[i] : rr[i]); }
    public static void UnitXor(Span<byte> o, ReadOnlySpan<ulong> r, int m, int n) { int bytes = 1 << (m - 3); for (int i = 0; i < n; i++) { int v = (int)(r[i] & ((1ul << m) - 1)); o[(i * bytes) + (v >> 3)] ^= (byte)(1 << (v & 7)); } }
    private static int Get(ReadOnlySpan<byte> b, int i) => (b[i >> 3] >> (i & 7)) & 1;
    public static void UnitLookup(Span<ulong> o, ReadOnlySpan<byte> e, ReadOnlySpan<ulong> d, ReadOnlySpan<byte> table, int planes, int m, int n)
    {
        int bytes = 1 << (m - 3), size = 1 << m, pw = (n + 63) / 64; o[..(planes * pw)].Clear();
        for (int i = 0; i < n; i++) { var ei = e.Slice(i * bytes, bytes); int di = (int)(d[i] & (ulong)(size - 1)); for (int p = 0; p < planes; p++) { int s = 0; for (int v = 0; v < size; v++) s ^= Get(ei, (v - di) & (size - 1)) & Get(table.Slice(p * bytes, bytes), v); o[(p * pw) + (i >> 6)] |= (ulong)s << (i & 63); } }
    }
    public static void UnitParities(Span<byte> o, ReadOnlySpan<byte> e, ReadOnlySpan<ulong> d, ReadOnlySpan<uint> groups, int m, int n)
    {
        int bytes = 1 << (m - 3), size = 1 << m;
        for (int i = 0; i < n; i++) { var ei = e.Slice(i * bytes, bytes); int di = (int)(d[i] & (ulong)(size - 1)); for (int v = 0; v < size; v++) if (Get(ei, (v - di) & (size - 1)) == 1) for (int g = 0; g < 32; g++) if (((groups[i] >> g) & 1) == 1) o[(g * bytes) + (v >> 3)] ^= (byte)(1 << (v & 7)); }
    }
    public static void DigitsCompare(Span<ulong> gt, Span<ulong> eq, ReadOnlySpan<byte> e, ReadOnlySpan<ulong> d, int digits, int m, int n)
    {
        int bytes = 1 << (m - 3), size = 1 << m, pw = (n + 63) / 64; gt[..(digits * pw)].Clear(); eq[..(digits * pw)].Clear();
        for (int i = 0; i < n; i++) for (int j = 0; j < digits; j++)
            {
                var ei = e.Slice(((i * digits) + j) * bytes, bytes); int c = (int)((~d[i] >> (m * j)) & (ulong)(size - 1)); int g = 0; for (int v = c + 1; v < size; v++) g ^= Get(ei, v);
                gt[(j * pw) + (i >> 6)] |= (ulong)g << (i & 63); eq[(j * pw) + (i >> 6)] |= (ulong)Get(ei, c) << (i & 63);
            }
    }
    public static void AndMasks(Span<ulong> o, ReadOnlySpan<ulong> rho, int k, int words)
    { for (int s = 1; s < 1 << k; s++) for (int w = 0; w < words; w++) { ulong v = ulong.MaxValue; for (int i = 0; i < k; i++) if (((s >> i) & 1) == 1) v &= rho[(i * words) + w]; o[((s - 1) * words) + w] = v; } }
    public static void AndFinish(Span<ulong> o, ReadOnlySpan<ulong> u, ReadOnlySpan<ulong> rp, int k, int first, int words)
    { for (int w = 0; w < words; w++) { ulong t = 0; for (int s = 0; s < 1 << k; s++) { ulong v = s == 0 ? (first == 1 ? ulong.MaxValue : 0) : rp[((s - 1) * words) + w]; for (int i = 0; i < k; i++) if (((s >> i) & 1) == 0) v &= u[(i * words) + w]; t ^= v; } o[w] = t; } }
    public static void ChainMasks(Span<ulong> o, ReadOnlySpan<ulong> masks, int k, int words)
    {
        int at = 0;
        for (int s = 1; s < 1 << (k - 1); s++, at++) for (int w = 0; w < words; w++) { ulong v = ulong.MaxValue; for (int i = 0; i < k - 1; i++) if (((s >> i) & 1) == 1) v &= masks[((k + i) * words) + w]; o[(at * words) + w] = v; }
        for (int j = 0; j < k; j++) for (int s = 0; s < 1 << (k - 1 - j); s++, at++) for (int w = 0; w < words; w++) { ulong v = masks[(j * words) + w]; for (int i = 0; i < k - 1 - j; i++) if (((s >> i) & 1) == 1) v &= masks[((k + j + i) * words) + w]; o[(at * words) + w] = v; }
    }
    public static void ChainFinish(Span<ulong> o, ReadOnlySpan<ulong> u, ReadOnlySpan<ulong> products, int k, int first, int words)
    {
        for (int w = 0; w < words; w++)
        {
            ulong t = 0;
            for (int j = 0; j < k; j++)
            {
                int suffix = k - 1 - j; int at = (1 << (k - 1)) - 1; for (int i = 0; i < j; i++) at += 1 << (k - 1 - i);
                for (int s = 0; s < 1 << suffix; s++)
                {
                    ulong un = ulong.MaxValue; for (int i = 0; i < suffix; i++) if (((s >> i) & 1) == 0) un &= u[((k + j + i) * words) + w];
                    ulong q = s == 0 ? (first == 1 ? ulong.MaxValue : 0) : products[((((s << j)) - 1) * words) + w];
                    t ^= un & (u[(j * words) + w] & q);
                    t ^= un & products[((at + s) * words) + w];
                }
            }
            o[w] = t;
        }
    }
    public static void Exp2Neg(Span<ulong> o, ReadOnlySpan<ulong> t, int frac, int outBits, int n) { for (int i = 0; i < n; i++) o[i] = (ulong)Math.Round(Math.ScaleB(Math.Pow(2, -Math.ScaleB((double)t[i], -frac)), outBits)); }
}
