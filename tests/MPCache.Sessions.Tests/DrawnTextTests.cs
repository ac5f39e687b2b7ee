using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions.Tests;

/// <summary>Whole private generations whose tokens are drawn.</summary>
public sealed class DrawnTextTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("token", 0.8, 0, 1, 0)]
    [InlineData("logits", 0.8, 0, 1, 0)]
    [InlineData("token", 0, 0, 1, 0)]
    [InlineData("token", 1.2, 6, 1, 0)]
    [InlineData("token", 1.2, 20, 0.8, 0.02)]
    [InlineData("logits", 1.2, 20, 0.8, 0.02)]
    public void ASeedsPrivateTextIsThePlaintextEnginesAndCostsWhatWasPredicted(
        string reveal,
        double temperature,
        int topK,
        double topP,
        double minP)
    {
        using ModelFile file = ModelFile.Open(Repository.Scribe);
        using ServerModel model = ServerModel.Load(file, _folder.Path);
        int[] prompt = GreedyReference.Read(Repository.ScribeReference).Prompts[0].PromptIds;
        var options = new SamplingOptions { Temperature = temperature, Seed = 3, RepeatPenalty = 3, TopK = topK, TopP = topP, MinP = minP };
        var request = new GenerationRequest { PromptTokens = prompt.Length, MaxTokens = 10, Policy = "full", Reveal = reveal };
        GenerationReport drawn = new InProcess(model, file, _folder.Path) { Sampling = options }.Generate(request, prompt);
        GenerationReport greedy = new InProcess(model, file, _folder.Path).Generate(request, prompt);
        Assert.NotEqual(greedy.Tokens, drawn.Tokens);
        Assert.Equal(topK == 0 || reveal == "logits", greedy.Decode[0].Bytes == drawn.Decode[0].Bytes); // noise is free, top-k is not
        Assert.All(drawn.Decode, phase => Assert.Equal(phase.Predicted!.Bytes, phase.Bytes));
        Assert.Equal(options.Seed, drawn.Sampling!.Seed);
        Assert.Null(greedy.Sampling);

        using var sampler = new Sampler(options);
        var plain = new FloatProgram(new FloatWeights(file));
        float[] logits = plain.Prompt(prompt);
        for (int i = 0; i < drawn.Tokens.Length; i++)
        {
            Assert.True(IsWithinRounding(sampler, logits, [.. prompt, .. drawn.Tokens[..i]], drawn.Tokens[i]));
            logits = plain.Step([drawn.Tokens[i]]);
        }
    }

    /// <summary>The engine's choice, or what it would choose if some logit were a little different.</summary>
    private static bool IsWithinRounding(Sampler sampler, float[] logits, int[] text, int token)
    {
        float[] Nudged(float by) => [.. logits.Select((z, t) => t == token ? z + by : z)];
        return new[] { 0, 0.05f, -0.05f }.Any(by => sampler.Choose(Nudged(by), text) == token);
    }

    [Fact]
    public void AStopStringEndsTheTextBeforeIt()
    {
        using ModelFile file = ModelFile.Open(Repository.Scribe);
        using ServerModel model = ServerModel.Load(file, _folder.Path);
        int[] prompt = GreedyReference.Read(Repository.ScribeReference).Prompts[0].PromptIds;
        var request = new GenerationRequest { PromptTokens = prompt.Length, MaxTokens = 12, Policy = "full", Reveal = "token" };
        GenerationReport whole = new InProcess(model, file, _folder.Path).Generate(request, prompt);
        string stop = whole.Text[(whole.Text.Length / 2)..][..3];
        var run = new InProcess(model, file, _folder.Path) { Stop = [stop, "never in it"] };
        GenerationReport cut = run.Generate(request, prompt);
        Assert.Equal(whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)], cut.Text);
        Assert.True(cut.Tokens.Length < whole.Tokens.Length);
        Assert.Equal(cut.Tokens.Length, run.ServerTokens);
    }

    [Theory]
    [InlineData("one two|STOP|three", "one two", true)]
    [InlineData("one two S|TO|ne", "one two STOne", false)]
    [InlineData("SS|TOP", "S", true)]
    [InlineData("ST", "ST", false)]
    public void WhatMayBeginAStopStringIsHeldBack(string pieces, string shown, bool found)
    {
        var text = new StopText(["STOP", "never"]);
        string seen = string.Concat(pieces.Split('|').Select(text.Add)) + text.Finish();
        Assert.Equal((shown, found), (seen, text.Found));
    }

    public void Dispose() => _folder.Dispose();
}
