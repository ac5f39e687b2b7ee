using System.Text.Json;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference.Tests;

/// <summary>
/// Rounds, bytes and texts of what has been released, held to a file: a redesign must not move them. A change that is meant to move them
/// writes the file anew
/// (MPCACHE_PIN=write dotnet test tests/MPCache.Inference.Tests --filter Pinned) and says why in its message.
/// </summary>
public sealed class PinnedCostTests
{
    private static readonly string[] Policies =
    [
        "full", "window", "mpcache", "mpcache+", "static", "dynamic-token", "dynamic-linear", "dynamic-hierarchy", "dynamic-shared",
        "window --budget 48",
        "static --budget 60 --window-queries 8 --pooling 3 --forward 4 --sinks 4 --recent 8 --evict-by head",
        "static --static-ratio 0.4 --skip-layers 2",
        "dynamic-shared --level1 16:0.5 --level2 4:0.1 --score mean --share-heads key-head",
        "mpcache+ --layer-budgets 64,32x4,192", "mpcache --share-layers 0,2,3",
    ];

    private static string Folder => Repository.File("tests", "fixtures", "pinned");

    [Fact]
    public void CostsAreThoseOfTheFile()
    {
        var costs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in new[] { "SmolLM2-135M", "GPT-2", "LLaMA-7B" })
        {
            ModelConfig known = ModelConfig.Known(name)!;
            ModelConfig config = known with { Layers = 5, ContextLength = 2048 };
            foreach (string policy in Policies)
            {
                Add(costs, $"{name}, 5 layers, {policy}", config, FixedPointPlan.Typical(config), policy, 200);
            }
        }

        using ModelFile scribe = ModelFile.Open(Repository.Scribe);
        (FixedPointPlan plan, _) = Calibration.Run(scribe, new FloatWeights(scribe));
        foreach (string policy in Policies)
        {
            Add(costs, $"scribe, {policy}", scribe.Config, plan, policy, 256);
        }

        Add(costs, "scribe, full, logits", scribe.Config, plan, "full", 40, "logits");
        Hold("costs.json", costs);
    }

    [Fact]
    public void TextsAreThoseOfTheFile()
    {
        using ModelFile scribe = ModelFile.Open(Repository.Scribe);
        (FixedPointPlan plan, _) = Calibration.Run(scribe, new FloatWeights(scribe));
        using var weights = new PlainModelWeights(scribe, plan);
        int[] prompt = GreedyReference.Read(Repository.ScribeReference).Prompts.MaxBy(p => p.PromptIds.Length)!.PromptIds;
        prompt = [.. Enumerable.Repeat(prompt, 8).SelectMany(p => p).Take(220)];
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string policy in Policies)
        {
            var request = new GenerationRequest { PromptTokens = prompt.Length, MaxTokens = 12, Policy = policy, Reveal = "token" };
            using var mpc = new Mpc(Role.Clear, new ClearCorrelations(), null, new Kernels.AesKey(new byte[16]));
            using var program = new SecretProgram(mpc, scribe.Config, plan, weights, request);
            var tokens = new List<int> { program.Prefill(prompt) };
            while (tokens.Count < request.MaxTokens)
            {
                tokens.Add(program.Decode(tokens[^1]));
            }

            texts[policy] = string.Join(' ', tokens);
        }

        Hold("texts.json", texts);
    }

    /// <summary>Cost of the prompt and of three tokens, stage by stage: rounds, bytes to the server, to the client, dealt.</summary>
    private static void Add(
        SortedDictionary<string, string> costs,
        string name,
        ModelConfig config,
        FixedPointPlan plan,
        string policy,
        int prompt,
        string reveal = "token")
    {
        var request = new GenerationRequest { PromptTokens = prompt, MaxTokens = 4, Policy = policy, Reveal = reveal };
        using var model = new CostModel(config, plan, request);
        static string Line(Cost cost) => $"{cost.Rounds} {cost.ToServer} {cost.ToClient} {cost.Dealt}";
        costs[$"{name}: prompt"] = Line(model.Prefill());
        for (int i = 1; i <= 3; i++)
        {
            costs[$"{name}: token {i}"] = Line(model.Decode());
        }

        foreach (Tally.StageRow stage in model.Tally.Stages)
        {
            costs[$"{name}: stage {stage.Name}"] = Line(stage.Cost);
        }
    }

    private static void Hold(string file, SortedDictionary<string, string> found)
    {
        string path = Path.Combine(Folder, file);
        if (Environment.GetEnvironmentVariable("MPCACHE_PIN") == "write")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(path, JsonSerializer.Serialize(found, new JsonSerializerOptions
            {
                WriteIndented = true,
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
            }) + "\n");
        }

        var pinned = JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllText(path))!;
        string[] moved =
        [
            .. pinned.Keys.Union(found.Keys).Where(k => pinned.GetValueOrDefault(k) != found.GetValueOrDefault(k))
                .Select(k => $"{k}: {pinned.GetValueOrDefault(k) ?? "not there"} became {found.GetValueOrDefault(k) ?? "not there"}"),
        ];
        Assert.True(moved.Length == 0, $"{moved.Length} figures moved, the first of them:\n{string.Join('\n', moved.Take(20))}");
    }
}
