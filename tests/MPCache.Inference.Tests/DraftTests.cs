using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference.Tests;

/// <summary>Passes that verify guesses give the text of a run without, whatever is guessed, under every policy that they run with.</summary>
public sealed class DraftTests : IDisposable
{
    private const int Prompt = 70, Generated = 14;

    private readonly TempFolder _folder = new();

    public static TheoryData<string, double> Policies
    {
        get
        {
            var data = new TheoryData<string, double>();
            foreach (CachePolicy policy in CachePolicy.All.Where(p => p.StepsAppend && p.WhyNotOnShares is null))
            {
                bool budget = policy.Options.Any(o => o.Name == "budget"), window = policy.Options.Any(o => o.Name == "window");
                data.Add($"{policy.Name}{(budget ? " --budget 40" : "")}{(window ? " --window 8" : "")}", 0);
            }

            data.Add("full", 0.9);
            data.Add("mpcache+ --budget 40", 0.9);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void TheTextIsThatOfARunWithoutGuesses(string policy, double temperature)
    {
        using ModelFile file = ModelFile.Open(Repository.Scribe);
        (FixedPointPlan plan, _) = Calibration.Run(file, new FloatWeights(file));
        using var weights = new PlainModelWeights(file, plan);
        int[] prompt = GreedyReference.Read(Repository.ScribeReference).Prompts.MaxBy(p => p.PromptIds.Length)!.PromptIds;
        prompt = [.. Enumerable.Repeat(prompt, 4).SelectMany(p => p).Take(Prompt)];
        using var sampler = new Sampler(new() { Temperature = temperature, Seed = 4 });
        int[] expected = Text(file, plan, weights, prompt, policy, sampler, null, 0).Text;

        // Guesses that are right for 0, 1, 2, ... tokens, by turns, then wrong.
        (int[] text, int passes) = Text(file, plan, weights, prompt, policy, sampler, new Knowing([.. prompt, .. expected]), 4);
        Assert.Equal(expected, text);
        Assert.InRange(passes, 3, Generated - 4);
        Assert.Equal(expected, Text(file, plan, weights, prompt, policy, sampler, new NgramDrafter(), 3).Text);
    }

    [Theory]
    [InlineData("gemma3")]
    [InlineData("gpt2")]
    [InlineData("qwen3")]
    public void ModelsWithSlidingLayersOrPositionsDoTheSame(string architecture)
    {
        Assert.Contains(architecture, TinyArchitecture.All.Select(a => a.Name));
        string path = _folder.Write("tiny.gguf", TinyModel.Gguf(architecture, context: 48).Build().File);
        using ModelFile file = ModelFile.Open(path);
        (FixedPointPlan plan, _) = Calibration.Run(file, new FloatWeights(file));
        using var weights = new PlainModelWeights(file, plan);
        int[] prompt = [1, 40, 77, 5, 90, 91, 17, 3, 8, 60, 33, 2]; // layers that slide do so over 8 tokens
        using var greedy = new Sampler(SamplingOptions.Greedy);
        int[] expected = Text(file, plan, weights, prompt, "full", greedy, null, 0).Text;
        Assert.Equal(expected, Text(file, plan, weights, prompt, "full", greedy, new Knowing([.. prompt, .. expected]), 5).Text);

        // The model itself guesses almost always right, at whatever place it starts.
        var drafter = new ModelDrafter(new FloatWeights(file), greedy);
        (int[] text, int passes) = Text(file, plan, weights, prompt, "full", greedy, drafter, 3);
        Assert.Equal(expected, text);
        Assert.InRange(passes, 1, (Generated / 4) + 3);
    }

    [Theory]
    [InlineData("window", false)]
    [InlineData("mpcache", false)]
    [InlineData("h2o", false)]
    [InlineData("quest", false)]
    [InlineData("mpcache+", true)]
    public void PoliciesWhoseStepsSelectOrEvictAreRefusedWithTheReason(string policy, bool runs)
    {
        ModelConfig config = ModelConfig.Known("SmolLM2-135M")!;
        var request = new GenerationRequest { PromptTokens = 300, MaxTokens = 9, Policy = policy, Reveal = "token", DraftTokens = 2 };
        Exception? refusal = Record.Exception(() => request.Check(config));
        Assert.Equal(runs, refusal is null);
        Assert.Contains(runs ? "" : "could not leave the cache", refusal?.Message ?? "");
        Assert.Throws<ArgumentException>(() => (request with { Policy = "full", DraftTokens = 33 }).Check(config));
    }

    [Theory]
    [InlineData(new[] { 1, 2, 3, 4, 9, 1, 2 }, new[] { 3, 4, 9 })]
    [InlineData(new[] { 1, 2, 3, 7, 1, 2, 5, 8, 2, 5 }, new[] { 8, 2, 5 })]
    [InlineData(new[] { 1, 2, 3, 5, 2, 3, 6, 1, 2, 3 }, new[] { 5, 2, 3 })] // the longer run of tokens counts, not the later
    [InlineData(new[] { 6, 6, 6, 6 }, new[] { 6, 6, 6 })]
    [InlineData(new[] { 1, 2, 3, 4, 5 }, new int[0])]
    [InlineData(new[] { 1 }, new int[0])]
    public void AnNgramIsLookedUpInTheTextSoFar(int[] text, int[] drafts) => Assert.Equal(drafts, new NgramDrafter().Draft(text, 3));

    [Fact]
    public void APassCostsTheRoundsOfATokenAndWhatWasDroppedCostsNothingLater()
    {
        ModelConfig config = ModelConfig.Known("SmolLM2-135M")! with { Layers = 3 };
        var request = new GenerationRequest { PromptTokens = 100, MaxTokens = 40, Policy = "full", Reveal = "token", DraftTokens = 4 };
        using CostModel one = new(config, FixedPointPlan.Typical(config), request with { DraftTokens = 0 }),
            five = new(config, FixedPointPlan.Typical(config), request);
        one.Prefill();
        five.Prefill();
        Cost token = one.Decode(), pass = five.Decode(5);
        Assert.InRange(pass.Rounds, token.Rounds, token.Rounds + 1);
        Assert.InRange(pass.Online, 4 * token.Online, 6 * token.Online);
        five.Keep(1);
        Assert.Equal(one.Decode().Online, five.Decode(1).Online);
    }

    private static (int[] Text, int Passes) Text(
        ModelFile file,
        FixedPointPlan plan,
        PlainModelWeights weights,
        int[] prompt,
        string policy,
        Sampler sampler,
        IDrafter? drafter,
        int drafts)
    {
        var request = new GenerationRequest
        {
            PromptTokens = prompt.Length,
            MaxTokens = Generated,
            Policy = policy,
            Reveal = "token",
            DraftTokens = drafts,
        };
        request = request.For(sampler.Options, plan, file.Config.Vocabulary);
        request.Check(file.Config);
        using var mpc = new Mpc(Role.Clear, new ClearCorrelations(), null, new AesKey(new byte[16]));
        using var program = new SecretProgram(mpc, file.Config, plan, weights, request, sampler);
        var speculation = new Speculation(drafter, drafts, Always: false);
        List<int> text = [.. prompt, program.Prefill(prompt)];
        int passes = 0;
        for (; text.Count < prompt.Length + Generated; passes++)
        {
            int[] rows = speculation.Rows(text, prompt.Length + Generated - text.Count), choices = program.Decode(rows);
            int kept = Speculation.Kept(rows, choices);
            text.AddRange(choices[..kept]);
            program.Keep(kept);
        }

        return ([.. text.Skip(prompt.Length)], passes);
    }

    /// <summary>Guesses from the text that is to come, and errs after as many tokens as have been guessed at, by turns.</summary>
    private sealed class Knowing(int[] whole) : IDrafter
    {
        private int _turn;

        public int[] Draft(IReadOnlyList<int> text, int most)
        {
            int right = _turn++ % (most + 1);
            return [.. Enumerable.Range(0, most).Select(i => text.Count + i < whole.Length && i < right ? whole[text.Count + i] : 7)];
        }
    }

    public void Dispose() => _folder.Dispose();
}
