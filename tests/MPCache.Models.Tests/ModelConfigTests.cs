namespace MPCache.Models.Tests;

public class ModelConfigTests
{
    [Theory]
    [InlineData("Scribe-5M", 4_951_296)]
    [InlineData("SmolLM2-135M", 134_515_008)]
    [InlineData("GPT-2", 124_439_808)]
    [InlineData("LLaMA-7B", 6_738_415_616)]
    [InlineData("Llama-3-8B", 8_030_261_248)]
    [InlineData("Llama-3.1-8B", 8_030_261_248)]
    [InlineData("Llama-3.1-70B", 70_553_706_496)]
    [InlineData("Llama-3.2-1B", 1_235_814_400)]
    [InlineData("Llama-3.2-3B", 3_212_749_824)]
    [InlineData("SmolLM3-3B", 3_075_098_624)]
    [InlineData("Qwen2.5-0.5B", 494_032_768)]
    [InlineData("Qwen2.5-7B", 7_615_616_512)]
    [InlineData("Qwen3-0.6B", 596_049_920)]
    [InlineData("Qwen3-4B", 4_022_468_096)]
    [InlineData("Qwen3-8B", 8_190_735_360)]
    [InlineData("Gemma-3-1B", 999_885_952)]
    [InlineData("Phi-3-mini", 3_821_079_552)]
    [InlineData("Mistral-7B", 7_241_732_096)]
    public void PublishedNumbersOfWeights(string name, long parameters)
    {
        Assert.Equal(parameters, ModelConfig.Known(name)!.Parameters);
        Assert.Equal(parameters, ModelConfig.Known(name.ToUpperInvariant())!.Parameters);
        Assert.Contains(name, ModelConfig.KnownNames);
    }

    [Fact]
    public void UnknownNames() => Assert.Null(ModelConfig.Known("GPT-9"));

    [Fact]
    public void KnownSizesAreSound() => Assert.All(ModelConfig.KnownNames, n => ModelConfig.Known(n)!.Checked(n));

    [Fact]
    public void SizesThatDoNotFit()
    {
        var good = ModelConfig.Known("SmolLM2-135M")!;
        var gpt = ModelConfig.Known("GPT-2")!;
        foreach (var bad in new[]
        {
            good with { Layers = 0 }, good with { Width = -1 }, good with { Vocabulary = int.MaxValue }, good with { KeyValueHeads = 2 },
            good with { HeadDim = 63 }, good with { Rotary = good.Rotary! with { Base = float.NaN } }, good with { Rotary = good
                .Rotary! with { Base = 0 } }, good with { NormEpsilon = float.NaN },
            good with { Heads = 1 << 20, KeyValueHeads = 1, HeadDim = 1
                << 20 }, good with { BosToken = 49_152 }, good with { EndTokens = [-1] },
            good with { EndTokens = default }, good with { Name = null! }, good with { Layers = int
                .MaxValue }, good with { SlidingWindow = 4 },
            good with { SlidingWindow = 4, SlidingLayers = [3, 1] }, good with { SlidingWindow = 4, SlidingLayers = [30] },
            good with { SlidingWindow = -1, SlidingLayers = [0] }, good with { SlidingLayers = default }, good with { LayersWithoutRotary
                = default },
            good with { Norm = (NormKind)7 }, good with { Activation = (ActivationKind)(-1) }, good with { AttentionScale = 0 },
            good with { EmbeddingScale = float.NaN }, good with { FeedForwardBias = true }, good with { Rotary = good
                .Rotary! with { Dimensions = 66 } },
            good with { Rotary = good.Rotary with { Dimensions = 31 } }, good with { Rotary = good
                .Rotary with { FrequencyFactors = [1, 2] } },
            good with { Rotary = good.Rotary with { FrequencyFactors = default } }, good with { Rotary = good
                .Rotary with { LocalBase = 10 } },
            good with { Rotary = good.Rotary.WithLinearScaling(0) }, good with { Rotary = good.Rotary
                .WithLinearScaling(float.PositiveInfinity) },
            gpt with { KeyValueHeads = 7 }, gpt with { LayersWithoutRotary = [1] },
        })
        {
            Assert.Equal("f", Assert.Throws<ModelFormatException>(() => bad.Checked("f")).File);
        }
    }
}
