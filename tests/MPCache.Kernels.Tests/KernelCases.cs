using K = MPCache.Kernels.Kernels;

namespace MPCache.Kernels.Tests;

/// <summary>
/// Every kernel as a function of random data and a length to its outputs. Outputs hold more than the kernel may write, so that
/// what lies past the end is compared too.
/// </summary>
internal static class KernelCases
{
    private const int Guard = 3;

    public delegate Array[] Case(Data data, int n);

    public static IReadOnlyDictionary<string, Case> All { get; } = new Dictionary<string, Case>
    {
        ["PrgFill"] = (d, n) => Prg(d, n, K.PrgFill),
        ["PrgAdd"] = (d, n) => Prg(d, n, K.PrgAdd),
        ["PrgSub"] = (d, n) => Prg(d, n, K.PrgSub),
        ["PrgXor"] = (d, n) => Prg(d, n, K.PrgXor),
        ["Add"] = (d, n) => Words(d, n, o => K.Add(o, d.Words(n), d.Words(n), n)),
        ["Add in place"] = (d, n) => Words(d, n, o => K.Add(o, o, d.Words(n), n)),
        ["Sub"] = (d, n) => Words(d, n, o => K.Sub(o, d.Words(n), d.Words(n), n)),
        ["Sub in place"] = (d, n) => Words(d, n, o => K.Sub(o, d.Words(n), o, n)),
        ["Mul"] = (d, n) => Words(d, n, o => K.Mul(o, d.Words(n), d.Words(n), n)),
        ["Mul in place"] = (d, n) => Words(d, n, o => K.Mul(o, o, o, n)),
        ["MulAdd"] = (d, n) => Words(d, n, o => K.MulAdd(o, d.Words(n), d.Words(n), n)),
        ["ScaleAdd"] = (d, n) => Words(d, n, o => K.ScaleAdd(o, d.Words(n), d.Word(), n)),
        ["Beaver 0"] = (d, n) => Words(d, n, o => K.Beaver(o, d.Words(n), d.Words(n), d.Words(n), d.Words(n), d.Words(n), 0, n)),
        ["Beaver 1"] = (d, n) => Words(d, n, o => K.Beaver(o, d.Words(n), d.Words(n), d.Words(n), d.Words(n), d.Words(n), 1, n)),
        ["Shift"] = (d, n) => Shift(d, n, d.Int(1, 64)),
        ["Shift 64"] = (d, n) => Shift(d, n, 64),
        ["Shift in place"] = (d, n) => Words(d, n, o => K.Shift(o, o, d.Word(), 40, 17, n)),
        ["Pack"] = (d, n) => Widths(width => Bytes(d, n * width, o => K.Pack(o, d.Words(n), width, n))),
        ["Unpack"] = (d, n) => Widths(width => Words(d, n, o => K.Unpack(o, d.Bytes(n * width), width, n))),
        ["UnpackAdd"] = (d, n) => Widths(width => Words(d, n, o => K.UnpackAdd(o, d.Bytes(n * width), width, n))),
        ["GemmNtU64I16"] = (d, n) => Gemm<ulong, short>(d, n, true, K.GemmNtU64I16),
        ["GemmNtU64"] = (d, n) => Gemm<ulong, ulong>(d, n, true, K.GemmNtU64),
        ["GemmNnU64"] = (d, n) => Gemm<ulong, ulong>(d, n, false, K.GemmNnU64),
        ["GemmNtU32I16"] = (d, n) => Gemm<uint, short>(d, n, true, K.GemmNtU32I16),
        ["GemmNnU16"] = (d, n) => Gemm<ushort, ushort>(d, n, false, K.GemmNnU16),
        ["ExtractBit"] = (d, n) => Words(d, Bits(n), o => K.ExtractBit(o, d.Words(n), d.Int(0, 63), n)),
        ["ExpandBits"] = (d, n) => Words(d, n, o => K.ExpandBits(o, d.Words(Bits(n)), n)),
        ["TransposeBits wide"] = (d, n) => Transpose(d, 70, n),
        ["TransposeBits tall"] = (d, n) => Transpose(d, n, 9),
        ["PermuteRows"] = Permute,
        ["WidenFinish 0"] = (d, n) => Widen(d, n, 0),
        ["WidenFinish 1"] = (d, n) => Widen(d, n, 1),
        ["BitToWord 0"] = (d, n) => Words(d, n, o => K.BitToWord(o, d.Words(Bits(n)), d.Words(n), 0, d.Word(), n)),
        ["BitToWord 1"] = (d, n) => Words(d, n, o => K.BitToWord(o, d.Words(Bits(n)), d.Words(n), 1, d.Word(), n)),
        ["BitTimes"] = (d, n) => Words(d, n, o => K.BitTimes(o, d.Words(Bits(n)), d.Words(n), d.Words(n), d.Words(n), d.Words(n), d.Word(), n)),
        ["BitTimesScaled"] = (d, n) => Words(d, n, o => K.BitTimesScaled(o, d.Words(Bits(n)), d.Words(n), d.Words(n), d.Words(n), d.Int(0, 63), n)),
        ["UnitXor"] = (d, n) => Positions(m => Bytes(d, n << (m - 3), o => K.UnitXor(o, d.Words(n), m, n))),
        ["UnitLookup"] = (d, n) => Positions(m => Lookup(d, n, m, 5)),
        ["UnitParities"] = (d, n) => Positions(m => Bytes(d, 32 << (m - 3), o => K.UnitParities(o, d.Bytes(n << (m - 3)), d.Words(n), d.Of<uint>(n), m, n))),
        ["DigitsCompare"] = (d, n) => Positions(m => Digits(d, n, m, d.Int(1, 64 / m))),
        ["AndMasks"] = (d, n) => Factors(10, k => Words(d, ((1 << k) - 1) * Few(n), o => K.AndMasks(o, d.Words(k * Few(n)), k, Few(n)))),
        ["AndFinish 0"] = (d, n) => Factors(10, k => AndFinish(d, Few(n), k, 0)),
        ["AndFinish 1"] = (d, n) => Factors(10, k => AndFinish(d, Few(n), k, 1)),
        ["ChainMasks"] = (d, n) => Factors(9, k => Words(d, ChainPlanes(k) * Few(n), o => K.ChainMasks(o, d.Words(((2 * k) - 1) * Few(n)), k, Few(n)))),
        ["ChainFinish 0"] = (d, n) => Factors(9, k => ChainFinish(d, Few(n), k, 0)),
        ["ChainFinish 1"] = (d, n) => Factors(9, k => ChainFinish(d, Few(n), k, 1)),
        ["Exp2Neg"] = Exp2,
    };

    private delegate void PrgKernel(AesKey key, ulong nonce, ulong firstBlock, Span<ulong> words);

    private delegate void GemmKernel<T, TWeight>(
        Span<T> y, int ldy, ReadOnlySpan<T> x, int ldx, ReadOnlySpan<TWeight> w, int ldw, int m, int n, int k, int accumulate);

    private static int Bits(int n) => (n + 63) / 64;

    /// <summary>Kernels on planes see a tenth of the length: they multiply it by up to 1023.</summary>
    private static int Few(int n) => n > 65 ? n / 10 : n;

    private static int ChainPlanes(int k) => (1 << (k - 1)) - 1 + (1 << k) - 1;

    private static Array[] Words(Data d, int count, Action<ulong[]> run)
    {
        ulong[] output = d.Words(count + Guard);
        run(output);
        return [output];
    }

    private static Array[] Bytes(Data d, int count, Action<byte[]> run)
    {
        byte[] output = d.Bytes(count + Guard);
        run(output);
        return [output];
    }

    private static Array[] Widths(Func<int, Array[]> run) => [.. Enumerable.Range(1, 8).SelectMany(run)];

    private static Array[] Positions(Func<int, Array[]> run) => [.. Enumerable.Range(3, 10).SelectMany(run)];

    private static Array[] Factors(int most, Func<int, Array[]> run) => [.. Enumerable.Range(1, most).SelectMany(run)];

    private static Array[] Prg(Data d, int n, PrgKernel kernel)
    {
        // The counter may pass the end of 64 bits.
        ulong[] output = d.Words(n + Guard);
        kernel(new AesKey(d.Bytes(16)), d.Word(), d.Word() | 0xffffffffffffffc0, output.AsSpan(0, n));
        return [output];
    }

    private static Array[] Shift(Data d, int n, int ringBits) =>
        Words(d, n, o => K.Shift(o, d.Words(n), d.Word(), ringBits, d.Int(0, ringBits - 1), n));

    /// <summary>The length is tried as each of the three sizes, with rows that lie apart; the other two are odd or zero.</summary>
    private static Array[] Gemm<T, TWeight>(Data d, int length, bool transposed, GemmKernel<T, TWeight> kernel)
        where T : unmanaged
        where TWeight : unmanaged
    {
        List<Array> outputs = [];
        (int M, int N, int K)[] sizes = [(length, 3, 5), (3, length, 5), (5, 6, length), (length > 65 ? 65 : length, 9, 70), (4, 5, 0)];
        foreach ((int m, int n, int k) in sizes)
        {
            for (int accumulate = 0; accumulate < 2; accumulate++)
            {
                int ldy = n + d.Int(0, 2), ldx = k + d.Int(0, 2), ldw = (transposed ? k : n) + d.Int(0, 2);
                T[] y = d.Of<T>((m * ldy) + Guard);
                kernel(y, ldy, d.Of<T>(m * ldx), ldx, d.Of<TWeight>((transposed ? n : k) * ldw), ldw, m, n, k, accumulate);
                outputs.Add(y);
            }
        }

        return [.. outputs];
    }

    private static Array[] Transpose(Data d, int rows, int columns) =>
        Words(d, columns * Bits(rows), o => K.TransposeBits(o, d.Words(rows * Bits(columns)), rows, columns));

    private static Array[] Permute(Data d, int n)
    {
        const int rowsIn = 11, rowWords = 3;
        uint[] index = [.. Enumerable.Range(0, n).Select(_ => (uint)d.Int(0, rowsIn - 1))];
        return Words(d, n * rowWords, o => K.PermuteRows(o, d.Words(rowsIn * rowWords), index, n, rowsIn, rowWords));
    }

    private static Array[] Widen(Data d, int n, int first) =>
        Words(d, n, o => K.WidenFinish(o, d.Words(Bits(n)), d.Words(Bits(n)), d.Words(Bits(n)), d.Words(Bits(n)), d.Words(n), d.Int(1, 63), first, n));

    private static Array[] Lookup(Data d, int n, int m, int planes) =>
        Words(d, planes * Bits(n), o => K.UnitLookup(o, d.Bytes(n << (m - 3)), d.Words(n), d.Bytes(planes << (m - 3)), planes, m, n));

    private static Array[] Digits(Data d, int n, int m, int digits)
    {
        ulong[] greater = d.Words((digits * Bits(n)) + Guard), equal = d.Words((digits * Bits(n)) + Guard);
        K.DigitsCompare(greater, equal, d.Bytes((n * digits) << (m - 3)), d.Words(n), digits, m, n);
        return [greater, equal];
    }

    private static Array[] AndFinish(Data d, int words, int k, int first) =>
        Words(d, words, o => K.AndFinish(o, d.Words(k * words), d.Words(((1 << k) - 1) * words), k, first, words));

    private static Array[] ChainFinish(Data d, int words, int k, int first) =>
        Words(d, words, o => K.ChainFinish(o, d.Words(((2 * k) - 1) * words), d.Words(ChainPlanes(k) * words), k, first, words));

    private static Array[] Exp2(Data d, int n)
    {
        List<Array> outputs = [];
        foreach ((int fracBits, int outBits) in new[] { (0, 8), (1, 50), (13, 30), (20, 40), (24, 50) })
        {
            ulong[] t = [.. d.Words(n).Select(word => word & ((1ul << (fracBits + 6)) - 1))];
            outputs.AddRange(Words(d, n, o => K.Exp2Neg(o, t, fracBits, outBits, n)));
        }

        return [.. outputs];
    }
}
