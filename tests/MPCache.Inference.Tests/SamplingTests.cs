using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference.Tests;

/// <summary>Tokens drawn between client, server and dealer, held to the plaintext's distribution and to its very draws.</summary>
public sealed class SamplingTests
{
    private const int Rows = 2000, InputFrac = 24;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Some far below the others, one pair of equals: 12 tokens.
    private static readonly float[] Logits = [2.5f, 1, 0.25f, -1, 3, 3, -4, 0, 1.5f, 2.75f, -0.5f, -12];

    private static readonly ModelConfig Config = ModelConfig.Known("SmolLM2-135M")! with { Vocabulary = Logits.Length };

    private static readonly SamplingOptions[] Options =
    [
        new() { Temperature = 1 },
        new() { Temperature = 0.5 },
        new() { Temperature = 2.5 },
        new() { Temperature = 1, RepeatPenalty = 1.6, PresencePenalty = 0.3, FrequencyPenalty = 0.05, PenaltyWindow = 8 },
        new() { Temperature = 1, TopK = 3 },
        new() { Temperature = 2, TopK = 5, FrequencyPenalty = 0.3, PenaltyWindow = 8 },
        new() { Temperature = 1.5, TopK = 40 },            // more than there are tokens
        new() { Temperature = 1, TopK = 1 },
        new() { Temperature = 1.3, TopP = 0.8 },
        new() { Temperature = 1.3, TopP = 0.55, TopK = 4 }, // of what four tokens hold
        new() { Temperature = 2, MinP = 0.2 },
        new() { Temperature = 2, MinP = 0.05, TopP = 0.9, TopK = 8, PresencePenalty = 1, PenaltyWindow = 8 },
    ];

    public static TheoryData<int> Draws => [.. Enumerable.Range(0, Options.Length)];

    [Theory]
    [MemberData(nameof(Draws))]
    public void DrawnTokensFollowTheDistributionAndTheSeed(int which)
    {
        SamplingOptions options = Options[which] with { Seed = 11 };
        int[] text = [.. Enumerable.Repeat(4, Rows)]; // token 4 is always all of the last ones
        using var sampler = new Sampler(options);
        int[] drawn = Private(options, text), clear = Run(Role.Clear, new ClearCorrelations(), null, options, text, 0);
        int[] plain = [.. Enumerable.Range(1, Rows).Select(r => sampler.Choose(Logits, text.AsSpan(0, r)))];
        Assert.InRange(drawn.Zip(plain).Count(t => t.First != t.Second), 0, Rows / 100); // a draw in some hundred is within rounding
        Assert.InRange(clear.Zip(plain).Count(t => t.First != t.Second), 0, Rows / 100);

        // Rows with a full window of token 4 have one distribution, written down here without the sampler.
        double penalty = Math.Log(options.RepeatPenalty) + options.PresencePenalty + (8 * options.FrequencyPenalty);
        double[] values = [.. Logits.Select((z, i) => z - (i == 4 ? penalty : 0))];
        HoldsTo([.. drawn.Skip(7)], Among(values, options));

        // It would tell another temperature, or other candidates.
        double[][] others = [Among(values, options with { Temperature = 2 * options.Temperature }),
            Among(values, new() { Temperature = options.Temperature })];
        Assert.Contains(others, other => Record.Exception(() => HoldsTo([.. drawn.Skip(7)], other)) is Xunit.Sdk.TrueException);
    }

    private static double[] Among(double[] values, SamplingOptions options)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i])];
        order = options.TopK > 0 ? [.. order.Take(options.TopK)] : order; // 40 where none is said, more than there are
        double all = order.Sum(i => Math.Exp(values[i]));
        var kept = new List<int>();
        foreach (int i in order)
        {
            if (kept.Sum(j => Math.Exp(values[j])) < options.TopP * all && values[i] >= values[order[0]] + Math.Log(options.MinP))
            {
                kept.Add(i);
            }
        }

        double[] odds = [.. values.Select((z, i) => kept.Contains(i) ? Math.Exp(z / options.Temperature) : 0)];
        return [.. odds.Select(o => o / odds.Sum())];
    }

    [Fact]
    public void NoiseIsOfTheSeedAndThePositionAloneAndHasItsRoom()
    {
        using Sampler one = new(new() { Temperature = 1, Seed = 5 }), same = new(new() { Temperature = 1, Seed = 5 }),
            other = new(new() { Temperature = 1, Seed = 6 });
        double[] a = new double[100_000], b = new double[a.Length], c = new double[a.Length], d = new double[a.Length];
        one.Noise(3, a);
        same.Noise(3, b);
        same.Noise(4, c);
        other.Noise(3, d);
        Assert.Equal(a, b);
        Assert.NotEqual(a, c);
        Assert.NotEqual(a, d);
        Assert.All(a, x => Assert.InRange(x, -Sampler.NoiseReach, Sampler.NoiseReach));
        Assert.InRange(a.Average() + (Sampler.NoiseReach - 3.63), 0.5672, 0.5872); // Euler's constant, four deviations either way
    }

    [Fact]
    public void TheShapeSaysRoomAloneAndWhatHasNoRoomIsRefused()
    {
        FixedPointPlan plan = FixedPointPlan.Typical(Config);
        var request = new GenerationRequest { PromptTokens = 1, MaxTokens = 1, Policy = "full", Reveal = "token" };
        Assert.Equal(request, request.For(SamplingOptions.Greedy, plan, Config.Vocabulary));
        GenerationRequest Of(SamplingOptions options) => request.For(options, plan, Config.Vocabulary);
        Assert.Equal(Of(new() { Temperature = 0.3 }), Of(new() { Temperature = 3, Seed = 1 }));
        Assert.Equal(Of(new() { Temperature = 0.3, TopP = 0.9, TopK = 7 }), Of(new() { Temperature = 0.3, MinP = 0.1, TopK = 7 }));
        Assert.Equal(Of(new() { Temperature = 1 }), Of(new() { Temperature = 1 }) with { Candidates = 0, Cuts = false });
        Assert.Equal(SamplingOptions.UsualCandidates, Of(new() { Temperature = 1, TopP = 0.9 }).Candidates);
        FixedPointPlan wide = plan with { LogitBits = 10 };
        var narrow = new SamplingOptions { Temperature = 1, TopP = 0.9 };
        Assert.Contains("--top-k alone", Assert.Throws<ArgumentException>(() => request.For(narrow, wide, 49_152)).Message);
        Assert.Equal(Formats.Logit(plan).Ring, Formats.Logit(plan, 3).Ring);
        Assert.Contains("--temperature", Assert.Throws<ArgumentException>(() => request.For(
            new() { Temperature = 10, FrequencyPenalty = 2, PenaltyWindow = 8000 }, plan, Config.Vocabulary)).Message);
        Assert.Throws<ArgumentException>(() => new SamplingOptions { Temperature = double.NaN }.Checked());
    }

    /// <summary>Chi-squared over tokens that are expected at least five times, the others together.</summary>
    private static void HoldsTo(int[] drawn, double[] probabilities)
    {
        int[] common = [.. Enumerable.Range(0, probabilities.Length).Where(i => probabilities[i] * drawn.Length >= 5)];
        double sum = common.Sum(i => Square(drawn.Count(t => t == i), probabilities[i] * drawn.Length));
        int rare = drawn.Count(t => !common.Contains(t));
        double rarely = (1 - common.Sum(i => probabilities[i])) * drawn.Length;
        sum += rarely < 1e-6 ? (rare > 0 ? 1e9 : 0) : Square(rare, rarely);
        int freedom = common.Length;
        double bound = freedom + (5 * Math.Sqrt(2 * freedom)) + 12; // beyond 1 - 1e-5 for up to 12 degrees of freedom
        Assert.True(sum < bound, $"chi-squared {sum:F1} of {freedom} degrees of freedom");

        static double Square(double seen, double expected) => (seen - expected) * (seen - expected) / expected;
    }

    private static int[] Private(SamplingOptions options, int[] text)
    {
        (MemoryChannel clientEnd, MemoryChannel serverEnd) = MemoryChannel.Pair();
        (MemoryChannel dealerEnd, MemoryChannel streamEnd) = MemoryChannel.Pair();
        AesKey clientSeed = Key(1), serverSeed = Key(2);
        Task<int[]> client = Long(() => Run(Role.Client, new ClientCorrelations(clientSeed), clientEnd, options, text, 1));
        Task<int[]> server = Long(() =>
            Run(Role.Server, new ServerCorrelations(serverSeed, new CorrectionReader(streamEnd)), serverEnd, options, text, 2));
        Task<int[]> dealer = Long(() =>
            Run(Role.Dealer, new DealerCorrelations(clientSeed, serverSeed, new CorrectionWriter(dealerEnd)), null, options, text, 0));
        Assert.True(Task.WaitAll([client, server, dealer], Patience), "A role did not end.");
        return client.Result;
    }

    private static int[] Run(Role role, ICorrelations correlations, IChannel? peer, SamplingOptions options, int[] text, int share)
    {
        FixedPointPlan plan = FixedPointPlan.Typical(Config);
        var shape = new GenerationRequest { PromptTokens = 1, MaxTokens = 1, Policy = "full", Reveal = "token" };
        shape = shape.For(options, plan, Config.Vocabulary);
        using Sampler? sampler = role is Role.Client or Role.Clear ? new Sampler(options) : null;
        using var mpc = new Mpc(role, correlations, peer, Key(3));
        var choice = new Choice(mpc, plan, shape, sampler);
        return mpc.Run(async () =>
        {
            int[] tokens = await choice.Of(Share(mpc, share), Rows, text);
            mpc.Release(Arena.Bottom);
            return tokens;
        });
    }

    /// <summary>The same logits in every row. The client's share is pseudo-random, the server's the rest.</summary>
    private static Secret Share(Mpc mpc, int share)
    {
        Words words = mpc.Take(Rows * Logits.Length);
        if (mpc.Computes)
        {
            if (share > 0)
            {
                Kernel.PrgFill(Key(4), 0, 0, words.Span);
            }

            for (int i = 0; i < words.Length; i++)
            {
                ulong value = (ulong)(long)Math.Round(Math.ScaleB((double)Logits[i % Logits.Length], InputFrac));
                words.Span[i] = share switch { 0 => value, 1 => words.Span[i], _ => value - words.Span[i] };
            }
        }

        return new Secret(words, 64, InputFrac);
    }

    private static AesKey Key(byte purpose)
    {
        byte[] key = new byte[16];
        key[15] = purpose;
        return new AesKey(key);
    }

    private static Task<T> Long<T>(Func<T> work)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
