using MPCache.Kernels;

namespace MPCache.Protocols.Tests;

/// <summary>
/// Correlations from an ideal functionality in memory: no dealer runs the program, no corrections are sent, each party's masks are its own.
/// It is no use outside of tests, where it
/// shows that protocols know nothing of how correlations are made: two parties that made them by oblivious transfer would be a class like
/// this one.
/// </summary>
internal sealed class IdealCorrelations(Role role, MeetingPlace place, int seed) : ICorrelations
{
    private readonly Random _own = new(seed);
    private readonly Random _split = new(1); // the functionality's: both parties run it alike
    private readonly Dictionary<nint, bool> _spent = [];
    private readonly int _party = role == Role.Client ? 0 : 1;

    public Arena Arena { get; } = new();

    public long Dealt => 0;

    public TimeSpan Time => TimeSpan.Zero;

    public long DealtOf(CorrelationKind kind) => 0;

    public void EndStep() => _spent.Clear();

    public void Spend(Words mask, int words)
    {
        if (mask.HasValues)
        {
            Assert.True(mask.Length >= words && _spent.TryGetValue(mask.Address, out bool spent) && !spent);
            _spent[mask.Address] = true;
        }
    }

    public Words HandOn(Words copied)
    {
        _spent[copied.Address] = false;
        return copied;
    }

    public Words Mask(int n) => Own(n);

    public Words BitMask(long bits) => Own(Words.ForBits(bits));

    public Words ClientMask(int n) => role == Role.Client ? Own(n) : Words.Shape(n);

    public Words ServerMask(int n) => role == Role.Server ? Own(n) : Words.Shape(n);

    public (Words Client, Words Server) PrivateBits(long bits) => (ClientMask(Words.ForBits(bits)), ServerMask(Words.ForBits(bits)));

    public Words Product(Words a, Words b, int ring) => Give(ring, [.. Sum(a).Zip(Sum(b), (x, y) => x * y)]);

    public Words RowProduct(Words a, Words b, int ring)
    {
        ulong[] x = Sum(a), y = Sum(b);
        return Give(ring, [.. x.Select((v, i) => v * y[i / (x.Length / y.Length)])]);
    }

    public Words RowSquares(Words a, int rows, int ring)
    {
        ulong[] x = Sum(a);
        return Give(ring, [.. x.Chunk(x.Length / rows).Select(row => row.Aggregate(0ul, (s, v) => s + (v * v)))]);
    }

    public Words MatrixProduct(Words a, Words b, int m, int n, int k, int ring)
        => Give(ring, Matrix(Sum(a), Sum(b), m, n, k, transposed: false));

    public Words MatrixProductTransposed(Words a, Words b, int m, int n, int k, int ring)
        => Give(ring, Matrix(Sum(a), Sum(b), m, n, k, transposed: true));

    public Words WeightProduct(Words a, IWeights weights, int m, Words ahead, int ring)
    {
        ulong[] mask = Sum(a), held = role == Role.Client
            ? weights.Masked.ToArray()
            : Array.ConvertAll(weights.Plain.ToArray(), w => (ulong)(long)w);
        return Give(ring, Matrix(mask, MaskOfWeights(held), m, weights.Rows, weights.Columns, transposed: true));
    }

    public Words WeightElementProduct(Words a, IWeights weights)
    {
        ulong[] mask = Sum(a), held = role == Role.Client
            ? weights.Masked.ToArray()
            : Array.ConvertAll(weights.Plain.ToArray(), w => (ulong)(long)w), b = MaskOfWeights(held);
        return Give(64, [.. mask.Select((v, i) => v * b[i % b.Length])]);
    }

    public Words TableProduct(Words a, IEmbeddingTable table, int m)
    {
        ulong[] rows = Halves(Sum(a))[..(m * table.Vocabulary)];
        return Give(16, Matrix(
            rows,
            MaskOfWeights(Array.ConvertAll(table.Table.ToArray(), w => (ulong)w)),
            m,
            table.Width,
            table.Vocabulary,
            transposed: false));
    }

    public Words UnitVectors(Words r, int shift, int bits)
    {
        byte[] units = new byte[(long)r.Length << (bits - 3)];
        ulong[] mask = Sum(r);
        for (int i = 0; i < mask.Length; i++)
        {
            int v = (int)((mask[i] >> shift) & ((1ul << bits) - 1));
            units[(i << (bits - 3)) + (v >> 3)] |= (byte)(1 << (v & 7));
        }

        return GiveBits(units);
    }

    public Words DigitUnitVectors(Words r, int ring, int digits, int digitBits)
    {
        ulong[] mask = Sum(r);
        byte[] units = new byte[((long)mask.Length * digits) << (digitBits - 3)];
        for (int i = 0; i < mask.Length; i++)
        {
            for (int j = 0; j < digits; j++)
            {
                int v = (int)((mask[i] & ((1ul << (ring - 1)) - 1)) >> (digitBits * j)) & ((1 << digitBits) - 1);
                units[(((i * digits) + j) << (digitBits - 3)) + (v >> 3)] |= (byte)(1 << (v & 7));
            }
        }

        return GiveBits(units);
    }

    public Words MaskBit(Words r, int bit)
    {
        ulong[] mask = Sum(r), bits = new ulong[Words.ForBits(mask.Length)];
        for (int i = 0; i < mask.Length; i++)
        {
            bits[i / 64] |= ((mask[i] >> bit) & 1) << (i % 64);
        }

        return GiveBits(Bytes(bits));
    }

    public Words AndSubsets(Words rho, int k, int words)
    {
        ulong[] products = new ulong[((1 << k) - 1) * words];
        Kernel.AndMasks(products, Xor(rho), k, words);
        return GiveBits(Bytes(products));
    }

    public Words ChainProducts(Words rho, int digits, int words)
    {
        ulong[] products = new ulong[((1 << digits) - 1 + (1 << (digits - 1)) - 1) * words];
        Kernel.ChainMasks(products, Xor(rho), digits, words);
        return GiveBits(Bytes(products));
    }

    public Words BitsAsWords(Words rho, int planes, int n, int ring) => Give(ring, Expanded(Xor(rho), planes, n));

    public Words BitProduct(Words rho, Words a, int planes, int ring)
    {
        ulong[] bits = Expanded(Xor(rho), planes, a.Length), x = Sum(a);
        return Give(ring, [.. bits.Select((b, i) => b * x[i % x.Length])]);
    }

    public Words FlatBitProduct(Words rho, Words a, int planes, int ring)
    {
        ulong[] x = Sum(a), bits = Expanded(Xor(rho), 1, planes * x.Length);
        return Give(ring, [.. bits.Select((b, i) => b * x[i % x.Length])]);
    }

    public Words BitOfWords(Words r, int bit, int ring) => Give(ring, [.. Sum(r).Select(v => (v >> bit) & 1)]);

    public Words LowBits(Words r, int bits, int ring) => Give(ring, [.. Sum(r).Select(v => v & ((1ul << bits) - 1))]);

    public Words PowerOfLowBits(Words r, int bits, int xFrac, int frac, int ring)
    {
        ulong[] low = [.. Sum(r).Select(v => v & ((1ul << bits) - 1))], powers = new ulong[low.Length];
        Kernel.Exp2Neg(powers, low, xFrac, frac, low.Length);
        return Give(ring, powers);
    }

    public Words AndOfPrivateBits(Words client, Words server, int n, int ring)
    {
        ulong[] a = Sum(client), b = Sum(server);
        return Give(ring, Expanded([.. a.Zip(b, (x, y) => x & y)], 1, n));
    }

    public Words PermutedRows(Words a, uint[] order, int block, int rowWords, int ring)
    {
        ulong[]? theirs = place.Exchange(_party, order.Length == 0 ? null : Array.ConvertAll(order, o => (ulong)o));
        uint[] known = order.Length == 0 ? Array.ConvertAll(theirs!, o => (uint)o) : order;
        ulong[] x = Sum(a), permuted = new ulong[x.Length];
        Kernel.PermuteRows(permuted, x, known, known.Length, known.Length, rowWords);
        return Give(ring, permuted);
    }

    public void Dispose() => Arena.Dispose();

    private Words Own(int n)
    {
        Words words = Arena.Take(n);
        _own.NextBytes(words.Bytes);
        _spent[words.Address] = false;
        return words;
    }

    /// <summary>The value that both hold shares of, or that one of them holds.</summary>
    private ulong[] Sum(Words share) => Joined(share, (a, b) => a + b);

    private ulong[] Xor(Words share) => Joined(share, (a, b) => a ^ b);

    private ulong[] Joined(Words share, Func<ulong, ulong, ulong> join)
    {
        ulong[]? mine = share.HasValues ? share.Span.ToArray() : null, theirs = place.Exchange(_party, mine);
        return mine is null ? theirs! : theirs is null ? mine : [.. mine.Zip(theirs, join)];
    }

    private ulong[] MaskOfWeights(ulong[] held)
    {
        ulong[] theirs = place.Exchange(_party, held)!, masked = role == Role.Client ? held : theirs, plain = role == Role.Client
            ? theirs
            : held;
        return [.. plain.Zip(masked, (w, f) => w - f)];
    }

    private Words Give(int ring, ulong[] value)
    {
        _ = ring; // words are right in any ring
        return Split(value, (v, r) => v - r);
    }

    private Words GiveBits(byte[] bytes)
    {
        ulong[] words = new ulong[(bytes.Length + 7) / 8];
        Buffer.BlockCopy(bytes, 0, words, 0, bytes.Length);
        return Split(words, (v, r) => v ^ r);
    }

    private Words Split(ulong[] value, Func<ulong, ulong, ulong> rest)
    {
        Words words = Arena.Take(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            ulong random = (ulong)_split.NextInt64(long.MinValue, long.MaxValue);
            words.Span[i] = role == Role.Client ? random : rest(value[i], random);
        }

        return words;
    }

    private static ulong[] Matrix(ulong[] a, ulong[] b, int m, int n, int k, bool transposed)
    {
        ulong[] c = new ulong[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                for (int l = 0; l < k; l++)
                {
                    c[(i * n) + j] += a[(i * k) + l] * b[transposed ? (j * k) + l : (l * n) + j];
                }
            }
        }

        return c;
    }

    private static ulong[] Expanded(ulong[] bits, int planes, int n)
    {
        int words = Words.ForBits(n);
        return [.. Enumerable.Range(0, planes * n).Select(i => (bits[(i / n * words) + (i % n / 64)] >> (i % n % 64)) & 1)];
    }

    private static ulong[] Halves(ulong[] words)
        => [.. words.SelectMany(w => Enumerable.Range(0, 4).Select(i => (w >> (16 * i)) & 0xffff))];

    private static byte[] Bytes(ulong[] words)
    {
        byte[] bytes = new byte[words.Length * 8];
        Buffer.BlockCopy(words, 0, bytes, 0, bytes.Length);
        return bytes;
    }
}
