using MPCache.Inference;
using MPCache.Kernels;
using static MPCache.Secrecy.Tests.Draws;

namespace MPCache.Secrecy.Tests;

/// <summary>
/// No stretch of randomness covers two values in a whole generation, under any policy: streams of one sort are re-seeded with all else
/// fixed, and what changes alike is looked for.
/// </summary>
public sealed class ReuseTests(TinyLlama model) : IClassFixture<TinyLlama>
{
    private const int PromptTokens = 10, ChangesOfBytes = 8, ChangesOfNumbers = 12, Seed = 1;

    private readonly TinyParties _model = model.Parties;

    public static TheoryData<string> Policies => [.. Secrets.Asked is null ? Secrets.Some : Secrets.Policies];

    [Theory]
    [MemberData(nameof(Policies))]
    public void NothingIsUsedTwice(string policy)
    {
        Generation generation = Of(policy);
        List<RecordedDraw> draws = DrawsOf(generation);
        Assert.Empty(Reused(generation, draws, s => s));
    }

    public static TheoryData<string> Faults
        => [.. PlantedFault.All.Where(f => f.Name.StartsWith("one ", StringComparison.Ordinal)).Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Faults))]
    public void APlantedReuseIsFound(string name)
    {
        PlantedFault fault = PlantedFault.All.Single(f => f.Name == name);
        Generation generation = Of("full");
        List<RecordedDraw> draws = DrawsOf(generation);
        Assert.NotEmpty(Reused(generation, draws, streams => fault.In(streams, draws)));
    }

    private static List<RecordedDraw> DrawsOf(Generation generation)
    {
        (StreamOf client, StreamOf server) = Simulator.Honest(Seed);
        return Simulator.Record(generation, client, server).Client;
    }

    private Generation Of(string policy) => new(
        _model,
        new GenerationRequest { PromptTokens = PromptTokens, MaxTokens = 2, Policy = policy, Reveal = "token" },
        Secrets.Prompt(PromptTokens, 1));

    private static List<string> Reused(Generation generation, List<RecordedDraw> draws, Func<StreamOf, StreamOf> fault)
    {
        List<string> found = [.. ReuseDetector.Exactly(ReuseDetector.Of(
            Runs(generation, d => d.Sharing is null, draws, fault, OfDealer, ChangesOfBytes), _ => true, 8, exclusiveOr: false))];
        bool MasksNumbers(RecordedDraw d) => d.Sharing is Sharing.Sum or Sharing.Client;
        List<List<PartyView.Part>> masks = Runs(generation, MasksNumbers, draws, fault, OfServer, ChangesOfNumbers);
        foreach (int ring in masks[0].Where(IsNumbers).Select(p => p.Bits).Distinct())
        {
            found.AddRange(ReuseDetector.Nearly(
                ReuseDetector.Of(masks, p => IsNumbers(p) && p.Bits >= ring, ring, exclusiveOr: false), ring));
        }

        List<List<PartyView.Part>> bits = Runs(generation, d => d.Sharing == Sharing.Xor, draws, fault, OfServer, ChangesOfBytes);
        found.AddRange(ReuseDetector.Mostly(ReuseDetector.Of(bits, p => p.IsBits && p.IsCovered, 64, exclusiveOr: true)));
        return found;
    }

    private static bool IsNumbers(PartyView.Part part) => part is { IsLearnt: true, IsCovered: true, IsBits: false, Bits: > 5 };

    /// <summary>What is seen with the client's streams of a sort re-seeded; the first run is that of the seeds themselves.</summary>
    private static List<List<PartyView.Part>> Runs(
        Generation generation,
        Predicate<RecordedDraw> sort,
        List<RecordedDraw> draws,
        Func<StreamOf, StreamOf> fault,
        Func<Generation, StreamOf, StreamOf, List<PartyView.Part>> see,
        int changes)
    {
        (StreamOf client, StreamOf server) = Simulator.Honest(Seed);
        var runs = new List<List<PartyView.Part>>();
        for (int change = 0; change <= changes; change++)
        {
            using AesKey fresh = Streams.Key(change, 11);
            StreamOf other = Streams.Of(fresh);
            runs.Add(see(
                generation,
                fault(change == 0 ? client : (nonce, words) => (sort(draws[Streams.PlaceOf(nonce)]) ? other : client)(nonce, words)),
                server));
        }

        return runs;
    }

    /// <summary>What the server sees.</summary>
    private static List<PartyView.Part> OfServer(Generation generation, StreamOf client, StreamOf server)
    {
        var view = new PartyView();
        Generation.Transcript transcript = generation.Run(client, server, mpc =>
        {
            if (mpc.Role == Role.Server)
            {
                view.Watch(mpc);
            }
        });
        return [.. view.Parts(transcript.ToServer)];
    }

    /// <summary>What the dealer sends.</summary>
    private static List<PartyView.Part> OfDealer(Generation generation, StreamOf client, StreamOf server)
        => [new("corrections", true, [.. generation.Deal(client, server).Select(b => (ulong)b)], 8)];
}
