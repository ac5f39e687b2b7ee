using MPCache.Inference;
using MPCache.Kernels;

namespace MPCache.Secrecy.Tests;

/// <summary>
/// Whole generations with two secrets and fresh seeds in every run: no bit of what the other party sees may tell which secret it was.
/// </summary>
public sealed class TwoSecretsTests(TinyLlama model) : IClassFixture<TinyLlama>
{
    private const int Runs = 26, PromptTokens = 8;

    private readonly TinyParties _model = model.Parties;

    public static TheoryData<string> Policies => [.. Secrets.Asked is null ? [Secrets.Selecting] : Secrets.Policies];

    [Theory]
    [MemberData(nameof(Policies))]
    public void NoBitTellsTheServerThePrompt(string policy)
        => Assert.Empty(Compare(policy, Role.Server, OtherPrompt(policy), Honest, Secrets.Asked ?? Runs).Take(10));

    [Theory]
    [MemberData(nameof(Policies))]
    public void NoBitTellsTheClientTheModel(string policy)
    {
        using TinyParties other = _model.Another(w => [.. w.Select(v => (short)-v)]);
        Assert.Empty(Compare(policy, Role.Client, Of(policy) with { Parties = other }, Honest, Secrets.Asked ?? Runs).Take(10));
    }

    [Theory]
    [InlineData("a mask is a bit short")]
    [InlineData("a mask leaves the lowest bit bare")]
    [InlineData("rows stand where they stood")]
    public void APlantedLeakIsFound(string name)
    {
        PlantedFault fault = PlantedFault.All.Single(f => f.Name == name);
        (StreamOf client, StreamOf server) = Simulator.Honest(seed: 1);
        List<RecordedDraw> draws = Simulator.Record(Of(Secrets.Selecting), client, server).Client;
        List<string> found = Compare(Secrets.Selecting, Role.Server, OtherPrompt(Secrets.Selecting), Faulty, Runs);
        Assert.NotEmpty(found);
        Assert.DoesNotContain(found, f => f.Contains("too few", StringComparison.Ordinal));

        Generation.Transcript Faulty(Generation generation, int seed, Action<Mpc> watch)
        {
            (StreamOf client, StreamOf server) = Simulator.Honest(seed);
            return generation.Run(fault.In(client, draws), fault.In(server, draws), watch);
        }
    }

    [Fact]
    public void TooFewSamplesAreSaid()
        => Assert.Contains("too few", Compare("full", Role.Server, OtherPrompt("full"), Honest, runs: 3)[0]);

    private Generation Of(string policy) => new(
        _model,
        new GenerationRequest { PromptTokens = PromptTokens, MaxTokens = 2, Policy = policy, Reveal = "token" },
        Secrets.Prompt(PromptTokens, 1));

    private Generation OtherPrompt(string policy) => Of(policy) with { Prompt = Secrets.Prompt(PromptTokens, 2) };

    private List<string> Compare(
        string policy,
        Role looksOn,
        Generation other,
        Func<Generation, int, Action<Mpc>, Generation.Transcript> generate,
        int runs)
    {
        var counts = new BitCounts();
        for (int run = 0; run < 2 * runs; run++)
        {
            Generation generation = (run % 2 == 0 ? Of(policy) : other) with { Coins = 1000 + run };
            var view = new PartyView();
            Generation.Transcript transcript = generate(generation, 1000 + run, mpc =>
            {
                if (mpc.Role == looksOn)
                {
                    view.Watch(mpc);
                }
            });
            foreach (PartyView.Part part in view.Parts(looksOn == Role.Server ? transcript.ToServer : transcript.ToClient))
            {
                counts.Add(run % 2, part);
            }

            if (looksOn == Role.Server)
            {
                counts.Add(run % 2, new("corrections", true, [.. transcript.Corrections.Select(b => (ulong)b)], 8));
            }
        }

        return counts.Failures();
    }

    private static Generation.Transcript Honest(Generation generation, int seed, Action<Mpc> watch)
    {
        using AesKey client = Streams.Key(seed, 1), server = Streams.Key(seed, 2);
        return generation.Run(
            new ClientCorrelations(client),
            reader => new ServerCorrelations(server, reader),
            writer => new DealerCorrelations(client, server, writer),
            watch);
    }
}
