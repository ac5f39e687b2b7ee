using System.Diagnostics;
using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Correlations made by a dealer: every kind is a formula of masks, which only the dealer (and the clear engine) evaluates. A dealt value v
/// is shared as v = c + (v - c),
/// where c is a stream of the client's; only the correction v - c travels, and only to the server.
/// </summary>
/// <remarks>
/// Each draw has a stream of its own, numbered by its <see cref="StreamKind"/> and a counter that all roles advance alike, so nothing is
/// drawn twice. Seeds live for one
/// session, which makes every correlation single use (docs/security.md).
/// </remarks>
public abstract class DealtCorrelations : ICorrelations
{
    private static readonly int s_kinds = Enum.GetValues<CorrelationKind>().Length;

    private readonly long[] _dealt = new long[s_kinds];
    private readonly MaskLedger _ledger = new();
    private ulong _drawn;

    /// <inheritdoc/>
    public Arena Arena { get; } = new();

    /// <inheritdoc/>
    public long Dealt { get; private set; }

    /// <inheritdoc/>
    public TimeSpan Time { get; private set; }

    /// <inheritdoc/>
    public long DealtOf(CorrelationKind kind) => _dealt[(int)kind];

    /// <inheritdoc/>
    public void EndStep()
    {
        Send();
        _ledger.Forget();
    }

    /// <inheritdoc/>
    public void Spend(Words mask, int words) => _ledger.Spend(mask, words);

    /// <inheritdoc/>
    public Words HandOn(Words copied) => _ledger.Given(copied, StreamKind.Private);

    /// <summary>Sends what has been gathered.</summary>
    private protected virtual void Send()
    {
    }

    /// <summary>Whether corrections pass this role.</summary>
    private protected virtual bool CountsDealt => true;

    /// <summary>Uniform words of both parties' streams: this role's share, their sum, or their exclusive or.</summary>
    private protected abstract Words Shared(ulong nonce, int n, bool exclusiveOr);

    /// <summary>The client's own stream.</summary>
    private protected abstract Words OfClient(ulong nonce, int n);

    /// <summary>The server's own stream.</summary>
    private protected abstract Words OfServer(ulong nonce, int n);

    /// <summary>An additive sharing modulo 2^ring of what <paramref name="fill"/> writes over its argument.</summary>
    private protected abstract Words Value(ulong nonce, int n, int ring, Action<Words> fill);

    /// <summary>
    /// A sharing by exclusive or of the bytes that <paramref name="fill"/> exclusive-ors into its argument, which is zero.
    /// </summary>
    private protected abstract Words Bits(ulong nonce, long bytes, Action<Words> fill);

    // ---- masks ---------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public Words Mask(int n) => Timed(Stopwatch.GetTimestamp(), StreamKind.Mask, Shared(Next(StreamKind.Mask), n, exclusiveOr: false));

    /// <inheritdoc/>
    public Words BitMask(long bits)
        => Timed(Stopwatch.GetTimestamp(), StreamKind.Mask, Shared(Next(StreamKind.Mask), Words.ForBits(bits), exclusiveOr: true));

    /// <inheritdoc/>
    public Words ClientMask(int n) => Timed(Stopwatch.GetTimestamp(), StreamKind.Private, OfClient(Next(StreamKind.Private), n));

    /// <inheritdoc/>
    public Words ServerMask(int n) => Timed(Stopwatch.GetTimestamp(), StreamKind.Private, OfServer(Next(StreamKind.Private), n));

    /// <inheritdoc/>
    public (Words Client, Words Server) PrivateBits(long bits)
    {
        ulong nonce = Next(StreamKind.Private); // of two keys
        long start = Stopwatch.GetTimestamp();
        return (Timed(start, StreamKind.Private, OfClient(nonce, Words
            .ForBits(bits))), Timed(Stopwatch.GetTimestamp(), StreamKind.Private, OfServer(nonce, Words.ForBits(bits))));
    }

    // ---- products ------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public Words Product(Words a, Words b, int ring) =>
        Deal(CorrelationKind.Products, a.Length, ring, z => Kernel.Mul(z.Span, a.Span, b.Span, a.Length));

    /// <inheritdoc/>
    public Words RowProduct(Words a, Words b, int ring) => Deal(CorrelationKind.Products, a.Length, ring, z =>
    {
        int rows = b.Length, columns = a.Length / rows;
        z.Span.Clear();
        for (int r = 0; r < rows; r++)
        {
            Kernel.ScaleAdd(z.Span.Slice(r * columns, columns), a.Span.Slice(r * columns, columns), b.Span[r], columns);
        }
    });

    /// <inheritdoc/>
    public Words RowSquares(Words a, int rows, int ring) => Deal(CorrelationKind.Products, rows, ring, z =>
    {
        int columns = a.Length / rows;
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<ulong> row = a.Span.Slice(r * columns, columns);
            z.Span[r] = Products.Dot(row, row);
        }
    });

    /// <inheritdoc/>
    public Words MatrixProduct(Words a, Words b, int m, int n, int k, int ring) =>
        Deal(CorrelationKind.MatrixProducts, m * n, ring, z => Kernel.GemmNnU64(z.Span, n, a.Span, k, b.Span, n, m, n, k, 0));

    /// <inheritdoc/>
    public Words MatrixProductTransposed(Words a, Words b, int m, int n, int k, int ring) =>
        Deal(CorrelationKind.MatrixProducts, m * n, ring, z => Kernel.GemmNtU64(z.Span, n, a.Span, k, b.Span, k, m, n, k, 0));

    /// <inheritdoc/>
    public Words WeightProduct(
        Words a,
        IWeights weights,
        int m,
        Words ahead,
        int ring) => Deal(CorrelationKind.WeightProducts, m * weights.Rows, ring, z =>
    {
        if (ahead.HasValues)
        {
            ahead.Span.CopyTo(z.Span);
        }
        else if (weights.Masked.IsEmpty)
        {
            z.Span.Clear(); // in the clear the masks are zero, and no mask of the weights is held
        }
        else
        {
            Kernel.GemmNtU64(
                z.Span,
                weights.Rows,
                a.Span,
                weights.Columns,
                weights.Masked,
                weights.Columns,
                m,
                weights.Rows,
                weights.Columns,
                0);
        }
    });

    /// <inheritdoc/>
    public Words WeightElementProduct(Words a, IWeights weights) => Deal(CorrelationKind.WeightProducts, a.Length, 64, z =>
    {
        if (weights.Masked.IsEmpty)
        {
            z.Span.Clear(); // in the clear the masks are zero, and no mask of the weights is held
        }
        else
        {
            WeightElements.MultiplyRows(z.Span, a.Span, weights.Masked);
        }
    });

    /// <inheritdoc/>
    public virtual Words TableProduct(
        Words a,
        IEmbeddingTable table,
        int m) => Deal(CorrelationKind.WeightProducts, m * table.Width, 16, z =>
    {
        z.Span.Clear();
        Embedding.AddProduct(Arena, a, table, z, m);
    });

    // ---- bits of masks -------------------------------------------------------------------------------

    /// <inheritdoc/>
    public Words UnitVectors(Words r, int shift, int bits) => DealBits(CorrelationKind.UnitVectors, (long)r.Length << (bits - 3), bytes =>
    {
        Words digit = Arena.Take(r.Length);
        Kernel.Shift(digit.Span, r.Span, 0, Math.Min(64, shift + bits), shift, r.Length);
        Kernel.UnitXor(bytes.Bytes, digit.Span, bits, r.Length);
    });

    /// <inheritdoc/>
    public Words DigitUnitVectors(Words r, int ring, int digits, int digitBits) =>
        DealBits(CorrelationKind.UnitVectors, ((long)r.Length * digits) << (digitBits - 3), bytes =>
        {
            Words digit = Arena.Take(r.Length * digits);
            ReadOnlySpan<ulong> mask = r.Span;
            Span<ulong> d = digit.Span;
            ulong below = (1ul << (ring - 1)) - 1, ones = (1ul << digitBits) - 1;
            for (int i = 0; i < mask.Length; i++)
            {
                for (int j = 0; j < digits; j++)
                {
                    d[(i * digits) + j] = ((mask[i] & below) >> (digitBits * j)) & ones;
                }
            }

            Kernel.UnitXor(bytes.Bytes, d, digitBits, r.Length * digits);
        });

    /// <inheritdoc/>
    public Words MaskBit(Words r, int bit) => DealBits(CorrelationKind.UnitVectors, Words.ForBits(r.Length) * 8L, bits =>
    {
        Words found = Arena.Take(Words.ForBits(r.Length));
        Kernel.ExtractBit(found.Span, r.Span, bit, r.Length);
        Rescale.Xor(bits.Span, bits.Span, found.Span);
    });

    /// <inheritdoc/>
    public Words AndSubsets(Words rho, int k, int words) =>
        DealBits(CorrelationKind.AndSubsets, ((1L << k) - 1) * words * 8, w => Kernel.AndMasks(w.Span, rho.Span, k, words));

    /// <inheritdoc/>
    public Words ChainProducts(Words rho, int digits, int words) =>
        DealBits(
            CorrelationKind.AndSubsets,
            ((1L << digits) - 1 + (1L << (digits - 1)) - 1) * words * 8,
            w => Kernel.ChainMasks(w.Span, rho.Span, digits, words));

    /// <inheritdoc/>
    public Words BitsAsWords(Words rho, int planes, int n, int ring) => Deal(CorrelationKind.BitsAsWords, planes * n, ring, w =>
    {
        int words = Words.ForBits(n);
        for (int p = 0; p < planes; p++)
        {
            Kernel.ExpandBits(w.Span.Slice(p * n, n), rho.Span.Slice(p * words, words), n);
        }
    });

    /// <inheritdoc/>
    public Words BitProduct(Words rho, Words a, int planes, int ring) => Deal(CorrelationKind.BitProducts, planes * a.Length, ring, w =>
    {
        int n = a.Length, words = Words.ForBits(n);
        for (int p = 0; p < planes; p++)
        {
            Span<ulong> plane = w.Span.Slice(p * n, n);
            Kernel.ExpandBits(plane, rho.Span.Slice(p * words, words), n);
            Kernel.Mul(plane, plane, a.Span, n);
        }
    });

    /// <inheritdoc/>
    public Words FlatBitProduct(Words rho, Words a, int planes, int ring)
        => Deal(CorrelationKind.BitProducts, planes * a.Length, ring, w =>
        {
            Kernel.ExpandBits(w.Span, rho.Span, planes * a.Length);
            for (int p = 0; p < planes; p++)
            {
                Span<ulong> plane = w.Span.Slice(p * a.Length, a.Length);
                Kernel.Mul(plane, plane, a.Span, a.Length);
            }
        });

    /// <inheritdoc/>
    public Words BitOfWords(Words r, int bit, int ring)
        => Deal(CorrelationKind.LowBits, r.Length, ring, w => Kernel.Shift(w.Span, r.Span, 0, bit + 1, bit, r.Length));

    /// <inheritdoc/>
    public Words LowBits(Words r, int bits, int ring)
        => Deal(CorrelationKind.LowBits, r.Length, ring, w => Kernel.Shift(w.Span, r.Span, 0, bits, 0, r.Length));

    /// <inheritdoc/>
    public Words PowerOfLowBits(Words r, int bits, int xFrac, int frac, int ring) => Deal(CorrelationKind.LowBits, r.Length, ring, w =>
    {
        Words low = Arena.Take(r.Length);
        Kernel.Shift(low.Span, r.Span, 0, bits, 0, r.Length);
        Kernel.Exp2Neg(w.Span, low.Span, xFrac, frac, r.Length);
    });

    /// <inheritdoc/>
    public Words AndOfPrivateBits(Words client, Words server, int n, int ring) => Deal(CorrelationKind.PrivateAnds, n, ring, w =>
    {
        Words both = Arena.Take(Words.ForBits(n));
        Rescale.And(both.Span, client.Span, server.Span);
        Kernel.ExpandBits(w.Span, both.Span, n);
    });

    /// <inheritdoc/>
    public virtual Words PermutedRows(Words a, uint[] order, int block, int rowWords, int ring) => Deal(
        CorrelationKind.PermutedRows, a.Length, ring, w => ObliviousRows.Permute(w.Span, a.Span, order, block, rowWords));

    // ---- books ---------------------------------------------------------------------------------------

    private protected Words Deal(CorrelationKind kind, int n, int ring, Action<Words> fill)
    {
        Count(kind, (long)n * Wire.Bytes(ring));
        return Timed(Stopwatch.GetTimestamp(), StreamKind.Pad, Value(Next(StreamKind.Pad), n, ring, fill));
    }

    private protected Words DealBits(CorrelationKind kind, long bytes, Action<Words> fill)
    {
        Count(kind, bytes);
        return Timed(Stopwatch.GetTimestamp(), StreamKind.Pad, Bits(Next(StreamKind.Pad), bytes, fill));
    }

    private void Count(CorrelationKind kind, long bytes)
    {
        if (CountsDealt)
        {
            Dealt += bytes;
            _dealt[(int)kind] += bytes;
        }
    }

    /// <summary>
    /// The nonce of the next stream: its kind in the top byte, so that streams of two kinds are never one, whatever roles believe of the
    /// order.
    /// </summary>
    private ulong Next(StreamKind kind) => ((ulong)kind << 56) | _drawn++;

    private Words Timed(long start, StreamKind kind, Words drawn)
    {
        Time += Stopwatch.GetElapsedTime(start);
        return _ledger.Given(drawn, kind);
    }

    private protected static int WordsFor(long bytes) => checked((int)((bytes + 7) / 8));

    /// <inheritdoc/>
    public void Dispose()
    {
        Arena.Dispose();
        GC.SuppressFinalize(this);
    }
}
