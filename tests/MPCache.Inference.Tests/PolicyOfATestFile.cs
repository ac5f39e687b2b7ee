using MPCache.Cache;
using MPCache.Models;
using MPCache.Sessions;

namespace MPCache.Inference.Tests;

/// <summary>
/// A policy that exists in this file alone: each key head keeps what the prompt's last query looks at most, and single tokens are selected
/// by their scores.
/// </summary>
public sealed record LastLook : CachePolicy
{
    public int Most { get; init; } = 40;

    public int Attended { get; init; } = 16;

    public override string Name => "test-last-look";

    public override string Summary => "what the last query looks at; for tests";

    public override string Source => "this file";

    public override string Keeps => "what the last query looks at";

    public override string Selects => "single tokens";

    public override IReadOnlyList<PolicyOption> Options =>
    [
        PolicyOption.Whole("most", "tokens that stay", (LastLook p) => p.Most, (p, v) => p with { Most = v }),
        PolicyOption.Whole("attended", "tokens that a step attends to", (LastLook p) => p.Attended, (p, v) => p with { Attended = v }),
    ];

    protected override void Check() => Require(Most >= 1, "most", Most, "1 or more");

    public override int Kept(int prompt, int layer) => Math.Min(prompt, Most);

    public override int Selected(int prompt, int generated, int layer) => Math.Min(Cached(prompt, generated, layer), Attended);

    public override PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape) => new Run<T>(operations, shape, this);

    private sealed class Run<T>(ICacheOperations<T> operations, CacheShape shape, LastLook policy) : PolicyRun<T>
    {
        private readonly AttentionEviction<T> _eviction = new(operations, shape,
            new KeepRule { Kept = layer => policy.Kept(shape.Prompt, layer), Deciders = shape.KeyHeads, Floor = 1e-3 }, new AttentionRule
            {
                Window = 1
            });

        public override bool Judges(int layer, int position, int rows) => _eviction.Judges(layer, position, rows);

        public override ValueTask Judge(int layer, Attended<T> attended, LayerCache<T> cache) => _eviction.Judge(layer, attended, cache);

        public override ValueTask EndPrompt(IReadOnlyList<LayerCache<T>> caches) => _eviction.EndPrompt(caches);

        public override async ValueTask<Selected<T>?> Select(int layer, Step<T> step)
        {
            if (step.Cache.Tokens <= policy.Attended)
            {
                return null;
            }

            operations.Stage(Stages.Selection);
            HiddenPlaces places = await operations.Largest(operations.Comparable(step.Scores), shape.Heads, policy.Attended);
            T scores = await operations.Gather(operations.ForSoftmax(step.Scores, layer), places, 1);
            return new Selected<T>(scores, policy.Attended, x => operations.Scatter(x, places, 1), (long)shape.Heads * policy.Attended);
        }
    }
}

public sealed class PolicyOfATestFileTests
{
    [Fact]
    public void It_is_found_by_its_name_and_owns_its_options()
    {
        Assert.Contains(CachePolicy.All, p => p.Name == "test-last-look");
        Assert.Equal(new LastLook { Most = 50 }, CachePolicy.Parse("test-last-look --most 50"));
        Assert.Equal("test-last-look --most 50", CachePolicy.Parse("--policy test-last-look --most 50").ToText());
        Assert.Contains("--most 0", Assert.Throws<ArgumentException>(() => CachePolicy.Parse("test-last-look --most 0")).Message);
        Assert.Contains("--attended", Assert.Throws<ArgumentException>(() => CachePolicy.Parse("test-last-look --budget 3")).Message);
    }

    [Fact]
    public void It_generates_privately_what_the_plaintext_engine_does_at_the_predicted_cost()
    {
        const string policy = "test-last-look --most 60 --attended 24";
        using var folder = new TempFolder();
        using ModelFile file = ModelFile.Open(Repository.Scribe);
        using ServerModel model = ServerModel.Load(file, folder.Path);
        int[] prompt = [.. GreedyReference.Read(Repository.ScribeReference).Prompts.SelectMany(p => p.PromptIds).Take(130)];
        GenerationReport report = new InProcess(model, file, folder.Path) { FixedLength = true }.Generate(
            new GenerationRequest { PromptTokens = prompt.Length, MaxTokens = 5, Policy = policy, Reveal = "token" }, prompt);
        Assert.All(
            report.Decode.Prepend(report.Prefill),
            phase => Assert.Equal((phase.Predicted!.Rounds, phase.Predicted.Bytes), (phase.Rounds, phase.Bytes)));
        Assert.Equal(("60", "24"), (report.Cache.Options["most"], report.Cache.Options["attended"]));
        Assert.All(report.Cache.Kept, kept => Assert.Equal(60, kept));
        Assert.All(report.Cache.Selected, selected => Assert.Equal(24, selected));
        var plain = new FloatProgram(new FloatWeights(file), CachePolicy.Parse(policy));
        float[] logits = plain.Prompt(prompt);
        foreach (int token in report.Tokens)
        {
            Assert.InRange(logits[FloatProgram.Largest(logits)] - logits[token], 0, 0.05);
            logits = plain.Step([token]);
        }

        Assert.Equal(5L * file.Config.Layers * file.Config.Heads * 24, plain.Attention.Attended);
    }
}
