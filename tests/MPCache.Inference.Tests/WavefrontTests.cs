using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference.Tests;

/// <summary>Pieces of a prompt side by side: the same text and the same bytes, in fewer rounds.</summary>
public sealed class WavefrontTests
{
    private static readonly int[] Prompt = [.. Enumerable.Range(0, 300).Select(i => 5 + (i * 37 % 400))];

    [Fact]
    public void TheTextDoesNotDependOnHowManyRunSideBySide()
    {
        using ModelFile scribe = ModelFile.Open(Repository.Scribe);
        (FixedPointPlan plan, _) = Calibration.Run(scribe, new FloatWeights(scribe));
        using var weights = new PlainModelWeights(scribe, plan);
        string[] texts = [.. new[] { 1, 2, 3, 8 }.Select(inFlight =>
        {
            using var mpc = new Mpc(Role.Clear, new ClearCorrelations(), null, new Kernels.AesKey(new byte[16]));
            GenerationRequest request = Request(Prompt.Length, inFlight, "mpcache+ --budget 40");
            using var program = new SecretProgram(mpc, scribe.Config, plan, weights, request);
            var tokens = new List<int> { program.Prefill(Prompt) };
            while (tokens.Count < 8)
            {
                tokens.Add(program.Decode(tokens[^1]));
            }

            return string.Join(' ', tokens);
        })];
        Assert.All(texts, text => Assert.Equal(texts[0], text));
    }

    [Theory]
    [InlineData(512, 1, 30 * 8)]
    [InlineData(512, 8, 30 + 7)]
    [InlineData(512, 64, 30 + 7)]
    [InlineData(1024, 8, (2 * 30) + 7 + 1)] // a piece begins with its embedding once an earlier one has ended
    public void RoundsOfLayersAreThoseOfTheLongestWay(int prompt, int inFlight, int layers)
    {
        ModelConfig config = ModelConfig.Known("SmolLM2-135M")!;
        FixedPointPlan plan = FixedPointPlan.Typical(config);
        using var one = new CostModel(config, plan, Request(prompt, 1, "full"));
        using var many = new CostModel(config, plan, Request(prompt, inFlight, "full"));
        Cost alone = one.Prefill(), together = many.Prefill();
        Assert.Equal(alone with { Rounds = 0 }, together with { Rounds = 0 });

        // Rounds of one layer: what one more layer adds to a prompt of one piece.
        ModelConfig shorter = config with { Layers = config.Layers - 1 };
        using var whole = new CostModel(config, plan, Request(64, 1, "full"));
        using var less = new CostModel(shorter, FixedPointPlan.Typical(shorter), Request(64, 1, "full"));
        Cost wholeCost = whole.Prefill();
        long layer = wholeCost.Rounds - less.Prefill().Rounds, rest = wholeCost.Rounds - (layer * config.Layers);
        Assert.InRange(together.Rounds, layer * layers, (layer * layers) + (rest * ((prompt / 64) + 1)));
    }

    private static GenerationRequest Request(int prompt, int inFlight, string policy) =>
        new() { PromptTokens = prompt, MaxTokens = 8, Policy = policy, Reveal = "token", InFlight = inFlight };
}
