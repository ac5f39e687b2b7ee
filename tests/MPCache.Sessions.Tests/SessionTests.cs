using MPCache.Cache;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions.Tests;

public sealed class SessionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void PrivateTextEqualsTheReferenceAndCostsWhatWasPredicted()
    {
        using ModelFile file = ModelFile.Open(Repository.Scribe);
        using ServerModel model = ServerModel.Load(file, _folder.Path);
        GreedyPrompt prompt = GreedyReference.Read(Repository.ScribeReference).Prompts[0];
        for (int run = 0; run < 2; run++) // the second finds the masked weights on disk
        {
            GenerationReport report = Generate(model, prompt.PromptIds, 6, file);
            Assert.Equal(prompt.GreedyIds[..6], report.Tokens);
            foreach (PhaseLine phase in report.Decode.Prepend(report.Prefill))
            {
                Assert.Equal(phase.Predicted!.Rounds, phase.Rounds);
                Assert.Equal(phase.Predicted.Bytes, phase.Bytes);
            }

            Assert.Equal(report.Decode.Prepend(report.Prefill).Sum(p => p.Bytes.DealerToServer), report.DealtByKind.Values.Sum());
        }
    }

    [Theory]
    [InlineData("window --budget 48")]
    [InlineData("static --budget 60 --window-queries 8 --pooling 3 --forward 4 --sinks 4 --recent 8 --evict-by head")]
    [InlineData("static --static-ratio 0.4 --skip-layers 2")]
    [InlineData("dynamic-token")]
    [InlineData("dynamic-linear --level2 8:0.25")]
    [InlineData("dynamic-hierarchy --level1 16:0.5 --level2 8:0.2")]
    [InlineData("dynamic-shared --level1 16:0.5 --level2 4:0.1 --score mean --share-heads key-head")]
    [InlineData("mpcache --static-ratio 0.6 --level1 16:0.5 --level2 8:0.25")]
    [InlineData("mpcache+ --budget 60")]
    [InlineData("snapkv --budget 60 --window 16")]
    [InlineData("streaming-llm --budget 48")]
    [InlineData("tova --budget 60 --every 3")]
    [InlineData("h2o --budget 60")]
    [InlineData("knorm --budget 120")]
    [InlineData("keydiff --budget 120")]
    [InlineData("pyramidkv --budget 60 --window 16")]
    [InlineData("corm --budget 60 --window 8")]
    [InlineData("xkv --layer-budgets 100,60")]
    [InlineData("longcache --budget 40 --recent 16")]
    [InlineData("quest --budget 80 --page 8")]
    [InlineData("cascading-kv --budget 70 --sinks 10")]
    [InlineData("infllm --budget 100 --page 16 --sinks 8 --recent 24")]
    [InlineData("think --pruned 0.2")]
    [InlineData("arkvale --budget 80 --page 8 --sinks 8 --recent 16")]
    [InlineData("clusterkv --budget 80 --cluster 20 --iterations 2")]
    public void EveryPolicyGivesThePlaintextEnginesTextAndCostsWhatWasPredicted(string policy)
    {
        using ModelFile file = ModelFile.Open(Repository.Scribe);
        using ServerModel model = ServerModel.Load(file, _folder.Path);
        int[] prompt = GreedyReference.Read(Repository.ScribeReference).Prompts.Single(p => p.Name == "recall-256-early-0").PromptIds;
        GenerationReport report = Generate(model, prompt, 8, file, policy: policy);
        Assert.All(report.Decode.Prepend(report.Prefill), phase =>
        {
            Assert.Equal(phase.Predicted!.Rounds, phase.Rounds);
            Assert.Equal(phase.Predicted.Bytes, phase.Bytes);
        });
        var plain = new FloatProgram(new FloatWeights(file), CachePolicy.Parse(policy));
        float[] logits = plain.Prompt(prompt);
        foreach (int token in report.Tokens)
        {
            Assert.InRange(logits[FloatProgram.Largest(logits)] - logits[token], 0, 0.05);
            logits = plain.Step([token]);
        }

        Assert.Equal(
            report.Cache.Selected[^1],
            CachePolicy.Parse(policy).Of(file.Config.Layers).Selected(prompt.Length, report.Tokens.Length - 1, file.Config.Layers - 1));
    }

    private static readonly string[] s_sizes
        = ["Scribe-5M", "SmolLM2-135M", "GPT-2", "LLaMA-7B", "Llama-3-8B", "Llama-3.1-70B", "Qwen3-4B"];

    /// <summary>All but the largest of one: its top-k of 8,000 at every step takes the planner half a minute a model.</summary>
    public static IEnumerable<object[]> ModelsAndPolicies
        => from model in s_sizes
           from policy in CachePolicy.All
           where policy.Name != "dynamic-token" || model == "Llama-3-8B"
           select new object[] { model, policy.Name };

    [Fact]
    public void EveryKnownModelCanBePlanned() => Assert.All(ModelConfig.KnownNames, name =>
    {
        ModelConfig config = ModelConfig.Known(name)!;
        config = config with
        {
            Layers = 2,
            SlidingLayers = [.. config.SlidingLayers.Where(l => l < 2)],
            LayersWithoutRotary = [.. config.LayersWithoutRotary.Where(l => l < 2)],
        };
        FixedPointPlan plan = FixedPointPlan.Typical(config.Checked(name)).Checked(config);
        using var costs = new CostModel(
            config,
            plan,
            new GenerationRequest { PromptTokens = 600, MaxTokens = 3, Policy = "full", Reveal = "token" });
        Cost prompt = costs.Prefill(), token = costs.Decode();
        Assert.True(prompt.Dealt > token.Dealt && token.Online > 0);
        Assert.Equal(token.Rounds, costs.Decode().Rounds);
    });

    [Theory]
    [InlineData("window --budget 48", 600, "slide over 512 tokens")]
    [InlineData("window --budget 48", 500, null)]
    [InlineData("full", 600, null)]
    public void PastASlidingWindowOnlyTheFullCacheRuns(string policy, int prompt, string? refusal)
    {
        var request = new GenerationRequest { PromptTokens = prompt, MaxTokens = 8, Policy = policy, Reveal = "token" };
        Exception? thrown = Record.Exception(() => request.Check(ModelConfig.Known("Gemma-3-1B")!));
        Assert.Equal(refusal is null, thrown is null);
        Assert.Contains(refusal ?? "", thrown?.Message ?? "");
    }

    [Theory]
    [MemberData(nameof(ModelsAndPolicies))]
    public void EveryPolicyHasACostAtEverySize(string model, string policy)
    {
        // Long prompts and many heads: sums of importances must still fit their ring.
        ModelConfig config = ModelConfig.Known(model)! with { ContextLength = 1 << 13, Layers = 2 };
        var request = new GenerationRequest { PromptTokens = 8000, MaxTokens = 20, Policy = policy, Reveal = "token", FillCache = true };
        using var costs = new CostModel(config, FixedPointPlan.Typical(config), request);
        costs.Prefill();
        Cost evicted = costs.Tally.Snapshot().GetValueOrDefault(Stages.Eviction);
        const int steps = 18;
        Cost step = default, softmax = default;
        for (int i = 0; i < steps; i++)
        {
            Cost before = costs.Tally.Snapshot().GetValueOrDefault(Stages.Softmax);
            step = costs.Decode();
            softmax = costs.Tally.Snapshot().GetValueOrDefault(Stages.Softmax) - before;
        }

        // A step pays softmax for what it selects, as full caches of so many tokens do; and the whole step where nothing else is done.
        CachePolicy rules = CachePolicy.Named(policy).Of(config.Layers);
        (Cost Step, long Softmax)[] full =
            [.. Enumerable.Range(0, config.Layers).Select(l => StepOfFull(config, request, rules.Selected(8000, steps, l)))];
        long softmaxOfFull = full.Sum(f => f.Softmax) / config.Layers;
        IReadOnlyDictionary<string, Cost> stages = costs.Tally.Snapshot();
        var shape = new CacheShape(config.Layers, config.Heads, config.KeyValueHeads, config.HeadDim, 8000, request.MaxTokens);
        bool ranks = stages.ContainsKey(Stages.Selection) || stages.GetValueOrDefault(Stages.Eviction) != evicted;

        // Where a policy ranks, the values' opening falls beside its rounds and not beside those of softmax.
        Assert.InRange(softmax.Online, ranks ? (long)(0.98 * softmaxOfFull) : softmaxOfFull, softmaxOfFull);
        if (ranks || rules.ScoreGrowth(shape) > 0)
        {
            Assert.True(step.Online > full.Min(f => f.Step.Online), $"a step takes {step}, over a full cache {full[0].Step}");
        }
        else if (full.Distinct().Count() == 1)
        {
            Assert.Equal(full[0].Step, step);
        }
    }

    /// <summary>A step of the full cache over so many tokens, and what crosses the wire for its softmax.</summary>
    private static (Cost Step, long Softmax) StepOfFull(ModelConfig config, GenerationRequest request, int tokens)
    {
        using var costs = new CostModel(
            config,
            FixedPointPlan.Typical(config),
            request with { PromptTokens = tokens - 1, Policy = "full" });
        costs.Prefill();
        long before = costs.Tally.Snapshot().GetValueOrDefault(Stages.Softmax).Online;
        Cost step = costs.Decode();
        return (step, costs.Tally.Snapshot().GetValueOrDefault(Stages.Softmax).Online - before);
    }

    [Theory]
    [InlineData("full")]
    [InlineData("mpcache --static-ratio 0.5")]
    public void AFilledCacheCostsAStepWhatAPromptsDoes(string policy)
    {
        using ModelFile file = ModelFile.Open(Repository.Scribe);
        using ServerModel model = ServerModel.Load(file, _folder.Path);
        int[] prompt = [.. Enumerable.Repeat(5, 130)];
        GenerationReport filled = Generate(model, prompt, 3, file, policy: policy, fill: true), run = Generate(
            model,
            prompt,
            3,
            file,
            policy: policy);
        Assert.Equal(2, filled.Decode.Length);
        Assert.Equal(run.Decode.Select(d => (d.Rounds, d.Bytes)), filled.Decode.Select(d => (d.Rounds, d.Bytes)));
        Assert.Equal(filled.Prefill.Predicted!.Bytes, filled.Prefill.Bytes);
    }

    [Theory]
    [InlineData("mpcache --eviction threshold", "public")]
    [InlineData("mpcache --score bound", "not linear")]
    [InlineData("nothing", "No policy is called")]
    public void WhatCannotRunOnSharesIsRefused(string policy, string words) =>
        Assert.Contains(words, Assert.Throws<ArgumentException>(() => CachePolicy.ForShares(policy)).Message);

    public static IEnumerable<object[]> Architectures =>
        from architecture in TinyArchitecture.All
        from reveal in new[] { "token", "logits" }
        select new object[] {
            architecture.Name,
            reveal };

    [Theory]
    [MemberData(nameof(Architectures))]
    public void EachArchitectureFollowsThePlaintextEngine(string architecture, string reveal)
    {
        using ModelFile file = ModelFile.Open(_folder.Write("tiny.gguf", TinyModel.Gguf(architecture, context: 16).Build().File));
        using ServerModel model = ServerModel.Load(file, _folder.Path);
        int[] prompt = [1, 40, 77, 5, 90, 91];
        GenerationReport report = Generate(model, prompt, 5, file, reveal); // layers that slide do so over 8 tokens
        var plain = new FloatProgram(new FloatWeights(file));
        float[] logits = plain.Step(prompt);
        foreach (int token in report.Tokens)
        {
            // Random weights leave small margins: what was chosen must be the largest, or almost.
            Assert.InRange(logits[FloatProgram.Largest(logits)] - logits[token], 0, 0.05);
            logits = plain.Step([token]);
        }

        Assert.All(report.Decode.Prepend(report.Prefill), phase => Assert.Equal(phase.Predicted!.Bytes, phase.Bytes));
    }

    private GenerationReport Generate(
        ServerModel model,
        int[] prompt,
        int maxTokens,
        ModelFile file,
        string reveal = "token",
        string policy = "full",
        bool fill = false) =>
        new InProcess(model, file, _folder.Path).Generate(new GenerationRequest
        {
            PromptTokens = prompt.Length,
            MaxTokens = maxTokens,
            Policy = policy,
            Reveal = reveal,
            FillCache = fill
        }, prompt);

    public void Dispose() => _folder.Dispose();
}
