using MPCache.Sessions;

namespace MPCache.Bench.Tests;

/// <summary>A run whose rounds or bytes are not the predicted ones does not become a figure.</summary>
public class PredictionsTests
{
    private static readonly BytesLine s_bytes = new() { ClientToServer = 10, ServerToClient = 20, DealerToServer = 30 };

    [Fact]
    public void ARunAsPredictedIsTaken()
    {
        GenerationReport report = Report(Phase());
        Assert.True(Predictions.Hold(report));
        Predictions.Demand(report);
    }

    public static TheoryData<string> Faults => ["rounds", "to server", "to client", "dealt", "not predicted"];

    [Theory]
    [MemberData(nameof(Faults))]
    public void AnyOtherIsRefused(string fault)
    {
        PhaseLine phase = Phase();
        PhaseLine wrong = fault switch
        {
            "rounds" => phase with { Rounds = phase.Rounds + 1 },
            "to server" => phase with { Bytes = s_bytes with { ClientToServer = 11 } },
            "to client" => phase with { Bytes = s_bytes with { ServerToClient = 19 } },
            "dealt" => phase with { Bytes = s_bytes with { DealerToServer = 31 } },
            _ => phase with { Predicted = null },
        };
        GenerationReport report = Report(phase, wrong);
        Assert.False(Predictions.Hold(report));
        Assert.Contains("Under full a phase took", Assert.Throws<InvalidOperationException>(() => Predictions.Demand(report)).Message);
        Assert.False(Predictions.Hold(report with { Prefill = wrong, Decode = [phase] }));
    }

    [Fact]
    public void AGreedyRowSaysSo()
    {
        var prompt = new GreedyPrompt("p", [1], [7, 8, 9], [1, 0.01, 1]);
        var row = GreedyRow.Of(prompt, Report(Phase() with { Rounds = 4 }) with { Tokens = [7, 5, 9] });
        Assert.False(row.AsPredicted);
        Assert.Equal((1, 1, 0.01), (row.Equal, row.Compared, row.MarginAtDeparture!.Value));
    }

    [Theory]
    [InlineData(new[] { 7, 8, 9 }, 3, 3, false)]
    [InlineData(new[] { 7, 8, 5 }, 2, 3, false)] // a departure where the reference was sure
    [InlineData(new[] { 7, 5, 9 }, 1, 1, true)] // where it was not
    public void ADepartureIsExcusedWhereTheReferenceWasUndecided(int[] tokens, int equal, int compared, bool excused) =>
        Assert.Equal(
            new GreedyVerdict(equal, compared, excused),
            GreedyVerdict.Of(new GreedyPrompt("p", [1], [7, 8, 9], [1, 0.01, 1]), tokens));

    private static PhaseLine Phase() => new() { Seconds = 1, Rounds = 3, Bytes = s_bytes, Predicted = new PredictedLine(3, s_bytes) };

    private static GenerationReport Report(params PhaseLine[] decode) => new()
    {
        Model = new ModelLine("m", "", 0),
        Policy = "full",
        Cache = CacheLine.Of(Cache.CachePolicy.Named("full"), 1, 1, 1),
        Engine = "private",
        InstructionSet = "managed",
        PromptIds = [1],
        Tokens = [7, 8, 9],
        Text = "",
        Setup = Phase(),
        Prefill = Phase(),
        Decode = decode,
        Stages = [],
        PeakMemoryMb = [],
        CpuSeconds = [],
    };
}
