using System.Text.Json;
using MPCache.Models;

namespace MPCache.Inference.Tests;

/// <summary>A plan that a peer sent is refused with words, whatever is wrong with it.</summary>
public class FixedPointPlanTests
{
    private static readonly ModelConfig s_config = ModelConfig.Known("SmolLM2-135M")! with { Layers = 2 };

    private static FixedPointPlan Plan => FixedPointPlan.Typical(s_config);

    private static FixedPointPlan WithLayer(Func<LayerPlan, LayerPlan> change)
        => Plan with { Layers = [Plan.Layers[0], change(Plan.Layers[1])] };

    private static void Refused(FixedPointPlan plan, string words)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => plan.Checked(s_config));
        Assert.Contains(words, e.Message);
        Assert.Contains("same version", e.Message);
    }

    [Fact]
    public void WhatIsTypicalOrCalibratedPasses()
    {
        foreach (string name in ModelConfig.KnownNames)
        {
            ModelConfig config = ModelConfig.Known(name)!;
            FixedPointPlan typical = FixedPointPlan.Typical(config);
            Assert.Same(typical, typical.Checked(config));
            FixedPointPlan sent = JsonSerializer.Deserialize<FixedPointPlan>(JsonSerializer.Serialize(typical))!;
            Assert.Equal(JsonSerializer.Serialize(typical), JsonSerializer.Serialize(sent.Checked(config)));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void NumbersOutOfBoundsAreNamed(int odd)
    {
        if (odd != 0)
        {
            Refused(Plan with { EmbeddingFrac = odd }, $"EmbeddingFrac is {odd}");
            Refused(Plan with { OutputWeightFrac = [odd] }, $"OutputWeightFrac[0] is {odd}");
            Refused(Plan with { OutputNorm = new NormRange(odd == -1 ? -99 : odd, 20) }, "OutputNorm.Low");
            Refused(WithLayer(l => l with { GateUpFrac = [11, odd] }), $"Layers[1].GateUpFrac[1] is {odd}");
            Refused(WithLayer(l => l with { DownFrac = [odd] }), "Layers[1].DownFrac[0]");
            Refused(WithLayer(l => l with { AttentionOutputFrac = [odd] }), "Layers[1].AttentionOutputFrac[0]");
            Refused(WithLayer(l => l with { QueryKeyValueFrac = [10, odd, 10] }), "Layers[1].QueryKeyValueFrac[1]");
        }

        Refused(Plan with { LogitBits = odd }, $"LogitBits is {odd}");
        Refused(WithLayer(l => l with { ScoreBits = odd }), $"Layers[1].ScoreBits is {odd}");
        Refused(WithLayer(l => l with { ActivationBits = odd }), $"Layers[1].ActivationBits is {odd}");
        Refused(WithLayer(l => l with { AttentionNorm = new NormRange(-20, odd == 0 ? 34 : odd) }), "Layers[1].AttentionNorm");
        Refused(WithLayer(l => l with { FeedForwardNorm = new NormRange(8, 8 - Math.Abs(odd % 2)) }), "Layers[1].FeedForwardNorm.Low");
    }

    [Fact]
    public void MissingPartsAndWrongLengthsAreNamed()
    {
        Refused(Plan with { Layers = null! }, "Layers has no entries where the model has 2 layers");
        Refused(Plan with { Layers = [] }, "Layers has 0 entries");
        Refused(Plan with { Layers = [Plan.Layers[0], null!] }, "Layers[1] is missing");
        Refused(Plan with { OutputWeightFrac = null! }, "OutputWeightFrac has no entries where 1 are needed");
        Refused(Plan with { OutputWeightFrac = [9, 9] }, "OutputWeightFrac has 2 entries");
        Refused(WithLayer(l => l with { QueryKeyValueFrac = null! }), "Layers[1].QueryKeyValueFrac has no entries");
        Refused(WithLayer(l => l with { QueryKeyValueFrac = [10, 10] }), "Layers[1].QueryKeyValueFrac has 2 entries");
        Refused(WithLayer(l => l with { AttentionOutputFrac = [] }), "Layers[1].AttentionOutputFrac");
        Refused(WithLayer(l => l with { GateUpFrac = [11] }), "Layers[1].GateUpFrac has 1 entries where 2 are needed");
        Refused(WithLayer(l => l with { DownFrac = null! }), "Layers[1].DownFrac");
    }

    [Fact]
    public void WeightsOfQueriesMustLeaveRoomForScores()
    {
        // 64 bits less the scores' ring leave fewer fractional bits for weights where scores are large.
        LayerPlan layer = Plan.Layers[0] with { ScoreBits = PlanCheck.MostScoreBits };
        int most = PlanCheck.MostAttentionFrac(s_config, layer)[0];
        _ = (Plan with { Layers = [layer with { QueryKeyValueFrac = [most, 0, 0] }, layer with { QueryKeyValueFrac = [0, 0, 0] }] })
            .Checked(s_config);
        Refused(Plan with { Layers = [layer with { QueryKeyValueFrac = [most + 1, 0, 0] }, layer] }, "Layers[0].QueryKeyValueFrac[0]");
    }
}
