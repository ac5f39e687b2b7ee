using MPCache.Models;
using MPCache.Testing;

namespace MPCache.Inference.Tests;

/// <summary>Each check of calibration fires, with the tensor's name, and the report shows every tensor.</summary>
public class CalibrationTests
{
    private static readonly ModelConfig s_config = TinyModel.Config("llama") with { ContextLength = 64 };

    /// <summary>A model all of whose tensors reach 1 and whose weights reach 0.5.</summary>
    private static RangeRecorder Ranges()
    {
        var ranges = new RangeRecorder();
        foreach (TensorLimit limit in TensorLimits.Of(s_config, FixedPointPlan.Typical(s_config)))
        {
            ranges.Observe(limit.Tensor, limit.Layer, [1f]);
        }

        return ranges;
    }

    private static WeightExtents Weights(double embedding = 0.5, double largest = 0.5)
    {
        var weights = new WeightExtents { Embedding = embedding, [s_config.Layers, LinearSite.Output] = [largest] };
        for (int l = 0; l < s_config.Layers; l++)
        {
            weights[l, LinearSite.QueryKeyValue] = [0.5, 0.5, 0.5];
            weights[l, LinearSite.AttentionOutput] = [0.5];
            weights[l, LinearSite.GateUp] = [0.5, 0.5];
            weights[l, LinearSite.Down] = [0.5];
        }

        return weights;
    }

    public static IEnumerable<object[]> Tensors =>
        TensorLimits.Of(s_config, FixedPointPlan.Typical(s_config)).Where(l => l.Layer != 0)
            .Select(l => new object[] { l.Tensor, l.Layer });

    [Theory]
    [MemberData(nameof(Tensors))]
    public void EveryTensorThatDoesNotFitIsNamed(string tensor, int layer)
    {
        RangeRecorder ranges = Ranges();
        ranges.Observe(tensor, layer, [1e12f]);
        CalibrationException e = Assert.Throws<CalibrationException>(() => Calibration.Plan(s_config, ranges, Weights()));
        Assert.Contains($"Layer {layer}, tensor \"{tensor}\" reaches 1E+12", e.Message);
    }

    [Fact]
    public void ASumOfSquaresThatIsTooSmallIsNamed()
    {
        RangeRecorder ranges = Ranges();
        ranges.Observe("Attention norm, sum of squares", 1, [1e-8f]);
        CalibrationException e = Assert.Throws<CalibrationException>(() => Calibration.Plan(s_config, ranges, Weights()));
        Assert.Contains("Layer 1, tensor \"Attention norm, sum of squares\" goes down to 1E-08", e.Message);
    }

    [Theory]
    [InlineData(100_000, 0.5, "EmbeddingFrac")]
    [InlineData(0.5, 100_000, "OutputWeightFrac")]
    public void WeightsThatDoNotFitAreNamed(double embedding, double output, string name) =>
        Assert.Contains(
            name,
            Assert.Throws<CalibrationException>(() => Calibration.Plan(s_config, Ranges(), Weights(embedding, output))).Message);

    [Fact]
    public void AnInfiniteTensorIsNamed()
    {
        CalibrationException e = Assert.Throws<CalibrationException>(() => Ranges().Observe("hidden", 1, [1f, float.NaN]));
        Assert.Contains("Layer 1, tensor \"hidden\"", e.Message);
    }

    [Fact]
    public void RangesGrowWithWhatIsSeen()
    {
        RangeRecorder ranges = Ranges();
        ranges.Observe("score", 1, [100f]);
        ranges.Observe("activation argument", 0, [20f]);
        ranges.Observe("Output", s_config.Layers, [200f]);
        (FixedPointPlan plan, IReadOnlyList<HeadroomLine> report) = Calibration.Plan(s_config, ranges, Weights());
        Assert.Equal(6, plan.Layers[0].ActivationBits);
        Assert.True(plan.Layers[1].ScoreBits > plan.Layers[0].ScoreBits);
        Assert.Equal(9, plan.LogitBits);
        foreach (TensorLimit limit in TensorLimits.Of(s_config, plan))
        {
            HeadroomLine line = Assert.Single(report, l => l.Tensor == limit.Tensor && l.Layer == limit.Layer && !l.IsLowerEnd);
            Assert.True(line.Bits >= limit.Room, $"{line}");
            Assert.Equal(limit.Least > 0, report.Any(l => l.Tensor == limit.Tensor && l.Layer == limit.Layer && l.IsLowerEnd));
        }
    }

    [Fact]
    public void TheRunSeesEveryTensorOfTheEmbeddedModel()
    {
        using ModelFile model = ModelFile.Open(Repository.Scribe);
        (FixedPointPlan plan, IReadOnlyList<HeadroomLine> report) = Calibration.Run(model, new FloatWeights(model));
        Assert.All(
            TensorLimits.Of(model.Config, plan),
            limit => Assert.Contains(report, l => l.Tensor == limit.Tensor && l.Layer == limit.Layer && l.Seen > 0));
    }

    [Fact]
    public void AWatchedTextSaysWhichTensorLeftItsRangeAndWhere()
    {
        using ModelFile model = ModelFile.Open(Repository.Scribe);
        var weights = new FloatWeights(model);
        FixedPointPlan plan = Calibration.Run(model, weights).Plan;
        int[] tokens = GreedyReference.Read(Repository.ScribeReference).Prompts[0].PromptIds;
        Assert.Empty(RangeWatch.Run(model.Config, weights, plan, tokens));

        LayerPlan[] layers = [.. plan.Layers.Select((l, i) => i == 1 ? l with { ScoreBits = l.ScoreBits - 3 } : l)];
        RangeWatch.Departure departure = Assert.Single(RangeWatch.Run(model.Config, weights, plan with { Layers = layers }, tokens));
        Assert.Equal(("score", 1), (departure.Limit.Tensor, departure.Limit.Layer));
        Assert.True(departure.Seen > departure.Limit.Most);
        Assert.InRange(departure.Token, departure.First, tokens.Length - 1);
    }
}
