namespace MPCache.Models.Tests;

public class ModelConfigTests
{
    [Theory]
    [InlineData("Scribe-5M", 4_951_296)]
    [InlineData("SmolLM2-135M", 134_515_008)]
    [InlineData("GPT-2", 124_439_808)]
    [InlineData("LLaMA-7B", 6_738_415_616)]
    [InlineData("Llama-3-8B", 8_030_261_248)]
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
            good with { HeadDim = 63 }, good with { RopeBase = float.NaN }, good with { RopeBase = 0 }, good with { NormEpsilon = float.NaN },
            good with { Heads = 1 << 20, KeyValueHeads = 1, HeadDim = 1 << 20 }, good with { BosToken = 49_152 }, good with { EndTokens = [-1] },
            gpt with { KeyValueHeads = 3 }, gpt with { HeadDim = 32 },
        })
        {
            Assert.Equal("f", Assert.Throws<ModelFormatException>(() => bad.Checked("f")).File);
        }
    }
}
