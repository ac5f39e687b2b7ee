using MPCache.Protocols;

namespace MPCache.Protocols.Tests;

/// <summary>
/// What a party learns must look uniform whatever the secret. The secret is fixed, the seeds are fresh in every run; low and high bytes of
/// all learned values go
/// through a chi-squared test, and so do differences of neighbouring values, which a repeated mask makes constant (the secrets are all
/// equal).
/// </summary>
public class TranscriptTests
{
    private const int Runs = 60;

    private static readonly Activation Silu = Activation.Silu(4);
    private static readonly Normalisation Reciprocal = Normalisation.Reciprocal(16, 30);
    private static readonly UnitNorm Norm = new(64, 14, 1, 1 << 20, 1e-5, centre: false);

    public static TheoryData<string> Protocols => [.. Cases.Keys];

    private static readonly Dictionary<string, (int Ring, int Frac, long Secret, int N, Harness.Protocol Run)> Cases = new()
    {
        ["widen"] = (40, 0, 12345, 512, (mpc, x) => mpc.Truncate(x, -8, 64)),
        ["multiply"] = (64, 0, 5, 64, async (mpc, x) =>
        {
            Masked m = await mpc.Mask(x);
            return mpc.Multiply(m, m);
        }
        ),
        ["sign"] = (33, 0, -3, 128, async (mpc, x) =>
        {
            Comparison.Signs signs = await mpc.Negative(x.Words, 33);
            return new Secret(await mpc.Positive(x.Words, signs, 33), 33, 0);
        }
        ),
        ["exponential"] = (21, 13, 5 << 13, 128, (mpc, x) => mpc.Exp2Negative(x, 20)),
        ["piecewise linear"] = (40, 12, 3 << 11, 128, (mpc, x) => Silu.Evaluate(mpc, x)),
        ["upper bound"] = (21, 13, 7 << 13, 128, (mpc, x) => mpc.UpperBound(x, 4, [32, 32, 32, 32])),
        ["reciprocal"] = (64, 20, 3 << 20, 64, async (mpc, x) =>
        {
            (Masked mantissa, Masked power) = await Reciprocal.Evaluate(mpc, x, 20);
            return mpc.Multiply(mantissa, power);
        }
        ),
        ["argmax"] = (40, 0, 100, 64, (mpc, x) => mpc.IndexOfLargest(x, 16)),
        ["shuffle"] = (40, 0, 77, 64, async (mpc, x) => await mpc.Shuffle(x, mpc.DrawPermutation(64), 1)),
        ["norm"] = (64, 14, 3 << 14, 64, (mpc, x) => Norm.Evaluate(mpc, x)),
    };

    [Theory]
    [MemberData(nameof(Protocols))]
    public void LearnedValuesAreUniform(string name)
    {
        (int ring, int frac, long secret, int n, Harness.Protocol run) = Cases[name];
        (string what, double excess) = Worst(ring, frac, secret, n, run);
        Assert.True(excess < 1, $"{name}: {what}: chi-squared is {excess:F1} times its limit");
    }

    [Fact]
    public void ARepeatedMaskAndAShortOneAreCaught()
    {
        static ValueTask<Secret> Opening(Mpc mpc, Secret x, Func<Words, Words> spoil)
            => Open(mpc, x, spoil(mpc.Correlations.Mask(x.Length)));
        static async ValueTask<Secret> Open(Mpc mpc, Secret x, Words mask) => new(await mpc.OpenUnder(x.Words, mask, 40), 40, 0);
        Words Each(Words words, Func<ulong[], int, ulong> f)
        {
            if (words.HasValues)
            {
                ulong[] before = words.Span.ToArray();
                for (int i = 0; i < before.Length; i++)
                {
                    words.Span[i] = f(before, i);
                }
            }

            return words;
        }

        Assert.InRange(Worst(40, 0, 99, 256, (mpc, x) => Opening(mpc, x, m => m)).Excess, 0, 1);
        Assert.True(Worst(40, 0, 99, 256, (mpc, x) => Opening(mpc, x, m => Each(m, (w, _) => w[0]))).Excess > 3);
        Assert.True(Worst(40, 0, 99, 256, (mpc, x) => Opening(mpc, x, m => Each(m, (w, i) => w[i] & 1))).Excess > 3);
    }

    private static (string What, double Excess) Worst(int ring, int frac, long secret, int n, Harness.Protocol run)
    {
        long[] x = [.. Enumerable.Repeat(secret, n)];
        var low = new Dictionary<string, long[]>();
        for (ulong seed = 1; seed <= Runs; seed++)
        {
            foreach (bool server in new[] { false, true })
            {
                int message = 0;
                Harness.Run(x, ring, frac, async (mpc, s) =>
                {
                    if (mpc.Role == (server ? Role.Server : Role.Client))
                    {
                        mpc.Learned = (_, words, bits) => Count(low, $"{(server ? "server" : "client")}, value {message++}", words, bits);
                    }

                    return await run(mpc, s);
                }, seed * 1_000_003);
            }
        }

        Assert.NotEmpty(low);
        (string What, double Excess) worst = ("", 0);
        foreach ((string what, long[] counts) in low)
        {
            double total = counts.Sum();
            if (total < 4096)
            {
                continue; // too few for sixteen cells by the rule of thumb below
            }

            double expected = total / counts.Length, chi = counts.Sum(c => (c - expected) * (c - expected) / expected);
            double limit = counts.Length - 1 + (6 * Math.Sqrt(2.0 * (counts.Length - 1))); // about one in a million
            worst = chi / limit > worst.Excess ? (what, chi / limit) : worst;
        }

        return worst;
    }

    private static void Count(Dictionary<string, long[]> all, string message, ulong[] words, int bits)
    {
        void Add(string what, ulong value)
        {
            if (!all.TryGetValue($"{message}, {what}", out long[]? cells))
            {
                all[$"{message}, {what}"] = cells = new long[16];
            }

            cells[value & 15]++;
        }

        for (int i = 0; i < words.Length; i++)
        {
            if (bits == 64 || bits >= 8)
            {
                Add("low", words[i]);
                Add("high", words[i] >> (bits - 4));
            }

            if (i > 0)
            {
                Add("difference", words[i] - words[i - 1]);
            }
        }
    }
}
