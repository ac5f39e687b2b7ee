using System.Text.Json;

namespace MPCache.Models.Tests;

/// <summary>The embedded model, and the same weights as a Hugging Face folder.</summary>
public class ScribeTests
{
    [Fact]
    public void Sizes()
    {
        using var model = ModelFile.Open(Repository.Scribe);
        Assert.Equal(
            JsonSerializer.Serialize(ModelConfig.Known("scribe-5m")! with { Name = "Scribe 5M" }),
            JsonSerializer.Serialize(model.Config));
        Assert.Null(model.Chat);
        var refusal = Assert.Throws<ModelFormatException>(() => model.Prompt("hello", useChat: true));
        Assert.Contains("no chat template", refusal.Message);
    }

    [SkippableFact]
    public void BothFormatsHoldTheSameWeights()
    {
        using var gguf = ModelFile.Open(Repository.Scribe);
        using var folder = ModelFile.Open(SharedData.Get("models/scribe/hf"));
        // The folder does not say that texts begin with token 0; its card does.
        Assert.Equal(
            JsonSerializer.Serialize(gguf.Config with { Name = "", AddBos = false }),
            JsonSerializer.Serialize(folder.Config with { Name = "" }));
        foreach (var role in TensorRoles.Of(TinyModel.Config("llama")))
        {
            for (var layer = 0; layer < (TensorRoles.IsPerLayer(role) ? gguf.Config.Layers : 1); layer++)
            {
                var at = TensorRoles.IsPerLayer(role) ? layer : -1;
                CheckQ8(gguf.Read(role, at), folder.Read(role, at), $"{role} {layer}", exact: gguf.Config.ShapeOf(role).Columns == 1);
            }
        }

        foreach (var text in new[] { "In the beginning 123", " God said,\n\nLet there be <|endoftext|>", "😀 字" })
        {
            Assert.Equal(gguf.Tokenizer.Encode(text), folder.Tokenizer.Encode(text));
        }
    }

    [SkippableFact]
    public void SizesOfSmolLm2()
    {
        using var model = ModelFile.Open(SharedData.Get(SharedData.SmolLm2));
        Assert.Equal<int>([0, 2], model.Config.EndTokens);
        Assert.Equal(
            ModelConfig.Known("SmolLM2-135M")! with { Name = "", EndTokens = default },
            model.Config with { Name = "", EndTokens = default });
        Assert.Equal("ChatML", model.Chat?.Name);
        Assert.All(model.Read(TensorRole.Down, 29), w => Assert.True(float.IsFinite(w)));
    }

    /// <summary>Q8_0 rounds to 1/127 of the largest of 32, twice: half a step and the scale's own fp16 rounding.</summary>
    private static void CheckQ8(float[] actual, float[] expected, string what, bool exact)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var block = 0; block < actual.Length; block += 32)
        {
            var a = actual.AsSpan(block, 32);
            var e = expected.AsSpan(block, 32);
            var largest = 0f;
            foreach (var w in e)
            {
                largest = MathF.Max(largest, MathF.Abs(w));
            }

            for (var i = 0; i < 32; i++)
            {
                var bound = exact ? 0 : largest * (0.5f / 127 + 1f / 1024) + 1e-7f;
                if (MathF.Abs(a[i] - e[i]) > bound)
                {
                    Assert.Fail($"{what}, {block + i}: {a[i]} for {e[i]}");
                }
            }
        }
    }
}
