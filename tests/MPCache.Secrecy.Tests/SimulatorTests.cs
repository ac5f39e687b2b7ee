using MPCache.Cache;
using MPCache.Inference;

namespace MPCache.Secrecy.Tests;

/// <summary>
/// What a party sees of a whole generation is, bit by bit, what it would have seen with another secret of the other party's: the randomness
/// that makes it so is solved for, and the three honest roles are run over it.
/// </summary>
public sealed class SimulatorTests(TinyLlama model) : IClassFixture<TinyLlama>
{
    private const int PromptTokens = 24, Generated = 3;

    private readonly TinyParties _model = model.Parties;

    public static TheoryData<string> Policies => [.. Secrets.Policies];

    [Fact]
    public void EveryPolicyIsAmongThem()
        => Assert.Equal(CachePolicy.All.Select(p => p.Name).Order(), Secrets.Policies.Select(p => p.Split(' ')[0]).Order());

    [Theory]
    [MemberData(nameof(Policies))]
    public void TheServersViewFitsAnotherPrompt(string policy)
    {
        Generation one = OfPolicy(policy), other = one with { Prompt = Secrets.Prompt(PromptTokens, 2) };
        (Generation.Transcript seen, Generation.Transcript explained, Simulator.Solution solution) = Explained(one, other, Role.Client);
        Assert.Equal(seen.Corrections, explained.Corrections);
        Assert.Equal(seen.ToServer, explained.ToServer);
        Assert.Equal(seen.ToClient, explained.ToClient);
        Assert.Equal(solution.Tokens, explained.Tokens);
        Assert.NotEqual(seen.Tokens, explained.Tokens);
        Assert.Equal(Secrets.Hides(policy), solution.Arranged > 0);
    }

    [Theory]
    [InlineData("full")]
    [InlineData(Secrets.Selecting)]
    [InlineData("mpcache+ --budget 10 --window-queries 4 --forward 2 --sinks 2 --recent 4")]
    public void TheClientsViewFitsAnotherModelOfTheSameText(string policy)
    {
        Generation one = OfPolicy(policy);
        using TinyParties model = _model.Another(w => [.. w.Select((v, i) => (short)(i % 8 == 0 ? v ^ 1 : v))]);
        (Generation.Transcript seen, Generation.Transcript explained, Simulator.Solution solution)
            = Explained(one, one with { Parties = model }, Role.Server);
        Assert.Equal(seen.ToClient, explained.ToClient);
        Assert.Equal(seen.ToServer, explained.ToServer);
        Assert.Equal(seen.Tokens, explained.Tokens);
        Assert.NotEqual(seen.Corrections, explained.Corrections); // which the client does not see
        Assert.Equal(Secrets.Hides(policy), solution.Arranged > 0);
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("gemma3")]
    [InlineData("qwen3")]
    public void OtherFamiliesHideThePromptToo(string architecture)
    {
        using var model = new TinyParties(architecture, TinyLlama.Context);
        Generation one = OfPolicy("full") with { Parties = model }, other = one with { Prompt = Secrets.Prompt(PromptTokens, 2) };
        (Generation.Transcript seen, Generation.Transcript explained, Simulator.Solution solution)
            = Explained(one, other, Role.Client);
        Assert.Equal(seen.Corrections, explained.Corrections);
        Assert.Equal(seen.ToServer, explained.ToServer);
        Assert.Equal(solution.Tokens, explained.Tokens);
    }

    [Fact]
    public void APromptOfSeveralPiecesIsHiddenToo()
    {
        const int tokens = (2 * Piece.MostRows) + 5; // pieces run side by side
        Generation one = OfPolicy("snapkv --budget 40 --window 8 --pooling 3") with { Prompt = Secrets.Prompt(tokens, 1) };
        one = one with { Request = one.Request with { PromptTokens = tokens } };
        (Generation.Transcript seen, Generation.Transcript explained, Simulator.Solution solution)
            = Explained(one, one with { Prompt = Secrets.Prompt(tokens, 2) }, Role.Client);
        Assert.Equal(seen.Corrections, explained.Corrections);
        Assert.Equal(seen.ToServer, explained.ToServer);
        Assert.Equal(solution.Tokens, explained.Tokens);
        Assert.True(solution.Arranged > 0);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(5, 1, 0)]
    [InlineData(8, 0.7, 0.1)]
    public void HowTheClientDrawsIsHiddenToo(int topK, double topP, double minP)
    {
        SamplingOptions drawn = new() { Temperature = 0.9, Seed = 1, TopK = topK, TopP = topP };
        SamplingOptions otherwise = drawn with { Seed = 2, RepeatPenalty = 1.2, TopP = 1, MinP = minP };
        Generation one = OfPolicy("full");
        one = one with { Request = one.Request.For(otherwise, _model.Plan, _model.Config.Vocabulary), Sampling = drawn };
        Generation other = one with { Prompt = Secrets.Prompt(PromptTokens, 2), Sampling = otherwise };
        (Generation.Transcript seen, Generation.Transcript explained, _) = Explained(one, other, Role.Client);
        Assert.Equal(seen.Corrections, explained.Corrections);
        Assert.Equal(seen.ToServer, explained.ToServer);
        Assert.NotEqual(seen.Tokens, explained.Tokens);
    }

    [Fact]
    public void GuessesThatWereWrongAreHiddenToo()
    {
        Generation one = OfPolicy("full") with { WrongGuesses = 3 };
        one = one with { Request = one.Request with { PromptTokens = PromptTokens - 3, MaxTokens = Generated + 3, DraftTokens = 3 } };
        one = one with { Prompt = Secrets.Prompt(PromptTokens - 3, 1) };
        (Generation.Transcript seen, Generation.Transcript explained, _)
            = Explained(one, one with { Prompt = Secrets.Prompt(PromptTokens - 3, 2) }, Role.Client);
        Assert.Equal(seen.Corrections, explained.Corrections);
        Assert.Equal(seen.ToServer, explained.ToServer);
    }

    public static TheoryData<string> Faults => [.. PlantedFault.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Faults))]
    public void APlantedFaultHasNoExplanation(string name)
    {
        PlantedFault fault = PlantedFault.All.Single(f => f.Name == name);
        Generation one = OfPolicy(Secrets.Selecting);
        (StreamOf client, StreamOf server) = Simulator.Honest(seed: 1);
        List<RecordedDraw> draws = Simulator.Record(one, client, server).Client;
        Generation other = one with { Prompt = Secrets.Prompt(PromptTokens, 2) };
        (Generation.Transcript seen, Generation.Transcript explained, _)
            = Explained(one, other, Role.Client, streams => fault.In(streams, draws));
        Assert.False(
            seen.Corrections.AsSpan().SequenceEqual(explained.Corrections)
            && seen.ToServer.Zip(explained.ToServer).All(f => f.First.AsSpan().SequenceEqual(f.Second)));
    }

    private Generation OfPolicy(string policy) => new(
        _model,
        new GenerationRequest { PromptTokens = PromptTokens, MaxTokens = Generated, Policy = policy, Reveal = "token" },
        Secrets.Prompt(PromptTokens, 1));

    private static (Generation.Transcript Seen, Generation.Transcript Explained, Simulator.Solution Solution) Explained(
        Generation one,
        Generation other,
        Role hidden,
        Func<StreamOf, StreamOf>? fault = null)
    {
        fault ??= s => s;
        (StreamOf client, StreamOf server) = Simulator.Honest(seed: 1);
        Simulator.Recording recorded = Simulator.Record(one, fault(client), server);
        Simulator.Solution solution = Simulator.Solve(recorded, other, hidden);
        Generation.Transcript explained = hidden == Role.Client
            ? other.Run(fault(solution.Streams), server)
            : other.Run(client, fault(solution.Streams));
        return (recorded.Transcript, explained, solution);
    }
}
