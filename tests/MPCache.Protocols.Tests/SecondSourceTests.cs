using MPCache.Kernels;

namespace MPCache.Protocols.Tests;

/// <summary>
/// Every protocol runs over a source of correlations that is no dealer: nothing but <see cref="ICorrelations"/> stands between them.
/// </summary>
public sealed class SecondSourceTests
{
    private static readonly Activation Silu = Activation.Silu(4);
    private static readonly Normalisation Reciprocal = Normalisation.Reciprocal(10, 20);
    private static readonly UnitNorm Norm = new(32, 14, 1, 1 << 12, 1e-5, centre: true);

    public static TheoryData<string> Protocols => [.. Cases.Keys];

    private static Dictionary<string, (int Ring, int Frac, double[] X, Harness.Protocol Run)> Cases { get; } = new()
    {
        ["truncation"] = (64, 20, [1.5, -2.25, 100, -0.001], (mpc, x) => mpc.Truncate(x, 12, 64)),
        ["product"] = (64, 14, [1.5, -2.25, 100, -0.001], async (mpc, x) =>
        {
            Masked masked = await mpc.Mask(x);
            return mpc.Multiply(masked, masked);
        }
        ),
        ["lifted product"] = (30, 10, [1.5, -2.25, 100, -0.001], async (mpc, x) =>
            mpc.Multiply(await mpc.Mask(await mpc.Widen(x, 64)), await mpc.Lift(x, 64))),
        ["matrix product"] = (64, 10, [1, 2, 3, 4, 5, 6], async (mpc, x) =>
        {
            Masked masked = await mpc.Mask(x);
            return mpc.MultiplyTransposed(masked, masked, 2, 2, 3);
        }
        ),
        ["positive part"] = (32, 8, [1, -2, 3, -4, 0, 127, -128], async (mpc, x) =>
            x with { Words = await mpc.Positive(x.Words, await mpc.Negative(x.Words, x.Ring), x.Ring) }),
        ["argmax"] = (16, 0, [3, 9, -4, 12, 12, 0, 1], (mpc, x) => mpc.IndexOfLargest(x, 16)),
        ["2^-x"] = (20, Exponential.XFrac, [1, 2.5, 3, 0.25, 2, 17], (mpc, x) => mpc.Exp2Negative(x, 20)),
        ["bound of the maximum"] = (20, Exponential.XFrac, [1, 2.5, -3, 0.25, 2, 1], async (mpc, x) =>
        {
            Secret bound = await mpc.UpperBound(x, 2, [3, 3]); // within four above: the coins decide where
            return mpc.Shrink(bound, Exponential.XFrac + 3);
        }
        ),
        ["SiLU"] = (24, Activation.XFrac, [1, 2.5, -3, 0.25, 8, -9], (mpc, x) => Silu.Evaluate(mpc, x)),
        ["1/z"] = (64, 10, [2, 3, 100, 1000], (mpc, z) => Reciprocal.Evaluate(mpc, z)),
        ["LayerNorm"] = (64, 14, [.. Enumerable.Range(0, 64).Select(i => (i * 37 % 11) - 4.0)], (mpc, x) => Norm.Evaluate(mpc, x)),
        ["linear layer"] = (64, 10, [1, 2, 3, 4, -5, 6], (mpc, x) => mpc.Multiply(
            x,
            new TestWeights(mpc.Role, [2, -1, 3, 100, 0, -7, 1, 1, 1, 5, 4, 3], 4, 3))),
        ["embedding"] = (64, 0, [0], (mpc, _) => mpc.Embed(new[] { 2, 0 }, new TestTable(mpc.Role, [1, 2, 3, 4, 5, 6, 7, 8, 9], 3, 3))),
        ["shuffle there and back"] = (40, 4, [.. Enumerable.Range(0, 24).Select(i => (double)i)], async (mpc, x) =>
        {
            SecretPermutation order = mpc.DrawPermutation(12);
            return await mpc.Unshuffle(await mpc.Shuffle(x, order, 2), order, 2);
        }
        ),
        ["top-k"] = (20, 0, [5, 1, 9, 7, 3, 8, 2, 6], async (mpc, x) =>
        {
            SecretPermutation order = mpc.DrawPermutation(8);
            int[][]? places = await mpc.Largest(x, order, 1, 3);
            Secret shuffled = await mpc.Shuffle(x, order, 1);
            ulong sum = 0; // of the three largest, wherever the shuffle put them
            for (int i = 0; i < 3; i++)
            {
                sum += shuffled.Words.Span[places![0][i]];
            }

            Words one = mpc.Take(1);
            one.Span[0] = sum;
            return x with { Words = one };
        }
        ),
    };

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task AProtocolDoesNotKnowWhereCorrelationsComeFrom(string name)
    {
        (int ring, int frac, double[] x, Harness.Protocol run) = Cases[name];
        long[] values = [.. x.Select(v => (long)Math.Round(Math.ScaleB(v, frac)))];
        (Secret Clear, ulong[] Expected) clear = default;
        using (var mpc = new Mpc(Role.Clear, new ClearCorrelations(), null, new AesKey(new byte[16])))
        {
            Secret result = Run(mpc, run, [.. values.Select(v => (ulong)v)], ring, frac);
            clear = (result, result.Words.Span.ToArray());
        }

        var place = new MeetingPlace();
        (MemoryChannel client, MemoryChannel server) = MemoryChannel.Pair();
        ulong[] mask = [.. values.Select((_, i) => 0x9E3779B97F4A7C15ul * (ulong)(i + 1))];
        Task<ulong[]> Party(Role role, IChannel peer, ulong[] share) => Task.Factory.StartNew(
            () =>
            {
                using var mpc = new Mpc(role, new IdealCorrelations(role, place, (int)role + 5), peer, new AesKey(new byte[16]));
                return Run(mpc, run, share, ring, frac).Words.Span.ToArray();
            },
            TaskCreationOptions.LongRunning);
        Task<ulong[]> a = Party(Role.Client, client, mask), b = Party(Role.Server, server, [.. values.Zip(mask, (v, m) => (ulong)v - m)]);
        ulong[] c = await a.WaitAsync(TimeSpan.FromSeconds(60)), s = await b.WaitAsync(TimeSpan.FromSeconds(60));
        int resultRing = clear.Clear.Ring;
        for (int i = 0; i < clear.Expected.Length; i++)
        {
            double found = Signed(c[i] + s[i], resultRing), expected = Signed(clear.Expected[i], resultRing);
            // Roundings of shares and tables.
            double room = clear.Clear.Frac == 0
                ? 0
                : clear.Clear.Frac < 0 ? 1 : Math.Max(4, Math.Abs(expected) * 2e-4) + Math.ScaleB(2e-3, Math.Max(0, clear.Clear.Frac));
            Assert.InRange(found, expected - room, expected + room);
        }
    }

    private static Secret Run(Mpc mpc, Harness.Protocol run, ulong[] share, int ring, int frac)
    {
        Words words = mpc.Take(share.Length);
        share.CopyTo(words.Span);
        return mpc.Run(() => run(mpc, new Secret(words, ring, frac)));
    }

    private static double Signed(ulong word, int ring) => (long)(word << (64 - ring)) >> (64 - ring);

    /// <summary>W at the server and in the clear, F = W - B at the client.</summary>
    private sealed class TestWeights(Role role, short[] w, int rows, int columns) : IWeights
    {
        private readonly ulong[] _masked = [.. w.Select((v, i) => (ulong)v - (0xD1B54A32D192ED03ul * (ulong)(i + 1)))];

        public int Rows => rows;

        public int Columns => columns;

        public int Frac => 0;

        public ReadOnlySpan<short> Plain => role == Role.Client ? default : w;

        public ReadOnlySpan<ulong> Masked => role == Role.Client ? _masked : default;

        public ReadOnlySpan<ulong> BiasFor(int xFrac) => default;
    }

    private sealed class TestTable(Role role, short[] w, int vocabulary, int width) : IEmbeddingTable
    {
        private readonly ushort[] _held = [.. w.Select((v, i) => (ushort)(role == Role.Client ? v - (40503 * (i + 1)) : v))];

        public int Vocabulary => vocabulary;

        public int Width => width;

        public int Frac => 0;

        public ReadOnlySpan<ushort> Table => _held;
    }
}
