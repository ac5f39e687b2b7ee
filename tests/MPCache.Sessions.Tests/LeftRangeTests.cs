using MPCache.Models;
using MPCache.Testing;

namespace MPCache.Sessions.Tests;

/// <summary>A prompt whose numbers leave their range is told to the client, phase by phase; an ordinary one is not.</summary>
public sealed class LeftRangeTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ModelFile _file = ModelFile.Open(Repository.Scribe);

    public static TheoryData<string> Narrowings => ["nothing", "scores", "norm", "output norm"];

    /// <summary>The model's own plan with less room somewhere: the prompt is then as one out of range.</summary>
    private static FixedPointPlan Narrow(FixedPointPlan plan, string where)
    {
        LayerPlan[] Change(int layer, Func<LayerPlan, LayerPlan> change) => [.. plan.Layers.Select((l, i) => i == layer ? change(l) : l)];
        return where switch
        {
            "scores" => plan with { Layers = Change(1, l => l with { ScoreBits = l.ScoreBits - 3 }) },
            "norm" => plan with { Layers = Change(2, l => l with { FeedForwardNorm = Lower(l.FeedForwardNorm) }) },
            "output norm" => plan with { OutputNorm = Lower(plan.OutputNorm) },
            _ => plan,
        };
    }

    private static NormRange Lower(NormRange range) => new(Math.Max(-13, range.Low - 12), range.High - 11);

    [Theory]
    [MemberData(nameof(Narrowings))]
    public void TheClientLearnsWhetherAPhaseLeftItsRange(string where)
    {
        using ServerModel model = ServerModel.Load(_file, _folder.Path);
        using ServerModel narrowed = model.Announcing(m => m with { Plan = Narrow(m.Plan, where) });
        int[] prompt = GreedyReference.Read(Repository.ScribeReference).Prompts[0].PromptIds;
        var request = new GenerationRequest { PromptTokens = prompt.Length, MaxTokens = 3, Policy = "full", Reveal = "token" };
        GenerationReport report = new InProcess(narrowed, _file, _folder.Path).Generate(request, prompt);
        Assert.Equal(where != "nothing", report.Prefill.LeftRange);
        if (where == "nothing")
        {
            Assert.All(report.Decode, phase => Assert.False(phase.LeftRange));
        }

        Assert.All(
            report.Decode.Prepend(report.Prefill),
            phase => Assert.Equal((phase.Predicted!.Rounds, phase.Predicted.Bytes), (phase.Rounds, phase.Bytes)));
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }
}
