using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions.Tests;

/// <summary>Whole private generations whose tokens are drawn.</summary>
public sealed class DrawnTextTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("token", 0.8)]
    [InlineData("logits", 0.8)]
    [InlineData("token", 0)]
    public void ASeedsPrivateTextIsThePlaintextEnginesAndCostsWhatTheGreedyOneDoes(string reveal, double temperature)
    {
        using ModelFile file = ModelFile.Open(Repository.Scribe);
        using ServerModel model = ServerModel.Load(file, _folder.Path);
        int[] prompt = GreedyReference.Read(Repository.ScribeReference).Prompts[0].PromptIds;
        var options = new SamplingOptions { Temperature = temperature, Seed = 3, RepeatPenalty = 3, FrequencyPenalty = 0.3 };
        var request = new GenerationRequest { PromptTokens = prompt.Length, MaxTokens = 10, Policy = "full", Reveal = reveal };
        GenerationReport drawn = new InProcess(model, file, _folder.Path) { Sampling = options }.Generate(request, prompt);
        GenerationReport greedy = new InProcess(model, file, _folder.Path).Generate(request, prompt);
        Assert.NotEqual(greedy.Tokens, drawn.Tokens);
        Assert.Equal(greedy.Decode[0].Bytes, drawn.Decode[0].Bytes);
        Assert.All(drawn.Decode, phase => Assert.Equal(phase.Predicted!.Bytes, phase.Bytes));
        Assert.Equal(options.Seed, drawn.Sampling!.Seed);
        Assert.Null(greedy.Sampling);

        using var sampler = new Sampler(options);
        var plain = new FloatProgram(new FloatWeights(file));
        float[] logits = plain.Prompt(prompt);
        for (int i = 0; i < drawn.Tokens.Length; i++)
        {
            // What was chosen must be the engine's choice, or within rounding of it.
            int[] text = [.. prompt, .. drawn.Tokens[..i]];
            double[] values = new double[logits.Length];
            sampler.Noise(text.Length, values);
            foreach ((int token, double penalty) in sampler.Penalties(text).Concat(logits.Select((z, t) => (t, (double)z))))
            {
                values[token] += penalty;
            }

            Assert.InRange(values[sampler.Choose(logits, text)] - values[drawn.Tokens[i]], 0, 0.05);
            logits = plain.Step([drawn.Tokens[i]]);
        }
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
