using MPCache.Models;
using MPCache.Protocols;


namespace MPCache.Bench;

/// <summary>The benchmark's protocols.</summary>
internal static class ProtocolRows
{
    private const int ActivationRange = 4; // -16 + 1/16 <= x < 16

    private const int KeyRing = 22; // 20-bit keys

    private static readonly int[] Elements = [10_000, 100_000, 1_000_000];
    private static readonly int[] Activations = [1536, 16384, 131072];

    /// <summary>Every protocol at every size.</summary>
    public static IEnumerable<ProtocolRow> All() =>
    [
        .. Elements.Select(Compare),
        .. Elements.Select(Multiply),
        Linear(576, 1536),
        SoftmaxRow.Create(9, 512),
        Largest(9, 64, 8),
        Largest(32, 512, 50),
        .. Activations.Select(n => Activate("silu", n, Activation.Silu(ActivationRange), x => x / (1 + Math.Exp(-x)))),
        .. Activations.Select(n => Activate(
            "gelu",
            n,
            Activation.GeluTanh(ActivationRange),
            x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))))),
        Power("rsqrt-1024", 1024, Normalisation.ReciprocalSquareRoot(8, 24), x => 1 / Math.Sqrt(x)),
        Power("reciprocal-1024", 1024, Normalisation.Reciprocal(8, 24), x => 1 / x),
        LayerRow.Decode("llama-layer-decode-512", ModelConfig.Known("SmolLM2-135M")!, 512, "full"),
        LayerRow.Prefill("gpt2-layer-64", ModelConfig.Known("GPT-2")!, 64),
    ];

    private static ProtocolRow Compare(int n) => new("comparison", n, 32, 0, () => Uniform(n, -(1L << 31), 1L << 31),
        _ => async (mpc, x) => new Secret((await mpc.Negative(x.Words, 32)).Negative, 64, 0), x => [.. x.Select(v => v < 0 ? 1.0 : 0.0)])
    {
        Bits = true,
    };

    private static ProtocolRow Multiply(int n) => new(
        "multiply-truncate", n, 64, 16, () => Uniform(2 * n, -(128L << 16), 128L << 16), _ => async (mpc, xy) =>
    {
        ValueTask<Masked> first = mpc.Mask(xy.Slice(0, n)), second = mpc.Mask(xy.Slice(n, n)); // both in one exchange
        Masked x = await first;
        return await mpc.Truncate(mpc.Multiply(x, await second), 16, 64);
    }, xy => [.. xy.Take(n).Zip(xy.Skip(n), (x, y) => x * y)]);

    private static ProtocolRow Linear(int inputs, int outputs) => new(
        $"linear-1x{inputs}x{outputs}", outputs, 64, 16, () => Uniform(inputs, -(8L << 16), 8L << 16), role =>
    {
        var weights = new BenchWeights(role, outputs, inputs);
        return (mpc, x) => mpc.Multiply(x, weights);
    }, x =>
    {
        short[] w = BenchWeights.Draw(outputs, inputs);
        return [.. Enumerable.Range(0, outputs)
            .Select(o => Math.ScaleB(Enumerable.Range(0, inputs).Sum(i => x[i] * w[(o * inputs) + i]), -12))];
    })
    {
        Whole = true,
    };

    private static ProtocolRow Activate(string name, int n, Activation activation, Func<double, double> exact) =>
        new(
            name,
            n,
            26,
            Activation.XFrac,
            () => Uniform(n, -(16L << Activation.XFrac) + (1L << (Activation.XFrac - 4)), 16L << Activation.XFrac),
            _ => activation.Evaluate,
            x => [.. x.Select(exact)]);

    /// <summary>z log-uniform over 16 octaves, 2^-8 to 2^8; the result has 24 fractional bits in Z_2^64.</summary>
    private static ProtocolRow Power(string name, int n, Normalisation normalisation, Func<double, double> exact) => new(
        name, n, 32, 16, () =>
    {
        var random = new Random(n);
        return [.. Enumerable.Range(0, n).Select(_ => (long)Math.ScaleB(Math.Pow(2, -8 + (16 * random.NextDouble())), 16))];
    }, _ => async (mpc, z) =>
    {
        Secret found = await normalisation.Evaluate(mpc, z);
        return await mpc.Truncate(found, Math.Min(24, found.Frac), 64);
    }, z => [.. z.Select(exact)])
    {
        Relative = true,
        Whole = true,
    };

    /// <summary>
    /// Scores of 20 bits, as attention has them. A copy in a ring where sums fit is shuffled along, and the result is the sum of the keys
    /// found: no other k keys have it.
    /// </summary>
    private static ProtocolRow Largest(int rows, int n, int k) => new(
        $"topk-{k}-of-{n}x{rows}", rows * n, 28, 0, () => Uniform(rows * n, -(1L << 19), 1L << 19), _ => async (mpc, keys) =>
    {
        SecretPermutation order = mpc.DrawPermutation(n, rows);
        ValueTask<Secret> shuffling = mpc.Shuffle(keys, order, 1);
        int[][]? places = await mpc.Largest(keys.Reduce(KeyRing), order, rows, k);
        Secret shuffled = await shuffling;
        Words sums = mpc.Zeros(rows);
        for (int r = 0; places is not null && r < rows; r++)
        {
            foreach (int place in places[r])
            {
                sums.Span[r] += shuffled.Words.Span[(r * n) + place];
            }
        }

        return keys with { Words = sums };
    }, x => [.. x.Chunk(n).Select(row => row.OrderDescending().Take(k).Sum())])
    {
        Whole = true,
    };

    private static long[] Uniform(int n, long from, long to)
    {
        var random = new Random(n);
        return [.. Enumerable.Range(0, n).Select(_ => random.NextInt64(from, to))];
    }
}
