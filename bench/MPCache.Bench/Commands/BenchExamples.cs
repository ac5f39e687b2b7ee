namespace MPCache.Bench;

/// <summary>Examples for the help of each benchmark.</summary>
internal static class BenchExamples
{
    public static IReadOnlyDictionary<string, string[]> ByCommand { get; } = new Dictionary<string, string[]>
    {
        [""] = Bench(
            "protocols",
            "decode --cache 512 --policy full --policy mpcache+ --transport tcp",
            "ablation --plan SmolLM2-135M --picture ablation.png"),
        ["protocols"] = Bench(
            "protocols --only comparison",
            "protocols --json protocols.json --markdown table.md",
            "protocols --transport tcp"),
        ["transport"] = Bench("transport", "transport --json transport.json"),
        ["faults"] = Bench("faults --minutes 60", "faults --minutes 5 --seed 7 --victim Client --kind Stop --plane NetMq"),
        ["decode"] = Bench(
            "decode --cache 128,512,2048 --policy full --policy mpcache+ --transport tcp",
            "decode --transport tcp --beside-insecure --repeat 7",
            "decode --model model.gguf --shape-link lan --json decode.json"),
        ["packs"] = Bench("packs --cache 512 --transport tcp", "packs --kills 100"),
        ["layer"] = Bench(
            "layer --shape smollm2 --cache 2048 --policy full --policy mpcache+",
            "layer --shape llama-7b --cache 1024 --policy full --policy mpcache --policy mpcache+ --json layer.json",
            "layer --shape gpt2 --cache 0 --tokens 64"),
        ["ablation"] = Bench(
            "ablation --cache 512,1024",
            "ablation --model SmolLM2-135M-Instruct.Q4_1.gguf --cache 512,1024,2048,4096 --json ablation.json --picture ablation.png",
            "ablation --plan LLaMA-7B --cache 512,1024,2016"),
        ["greedy"] = Bench(
            "greedy --model model.gguf --reference greedy.json --longest 60 --only capital,list",
            "greedy --model model.gguf --reference greedy.json --transport tcp --shape-link lan",
            "greedy --model model.gguf --reference greedy.json --longest 1000 --only passkey-900 --policy mpcache+"),
        ["drafts"] = Bench(
            "drafts --model SmolLM2-135M-Instruct.Q4_1.gguf --draft-tokens 4 --json drafts.json",
            "drafts --private --transport tcp --shape-link wan --draft-tokens 4 --max-tokens 24"),
        ["reference"] = Bench(
            "reference --model model.gguf --prompts prompts.json --out greedy.json",
            "reference --prompts prompts.json --max-tokens 24 --policy mpcache+ --out greedy.json"),
        ["recall"] = Bench(
            "recall --prompts 60",
            "recall --policy full --policy \"mpcache+ --budget 96\" --seed 2",
            "recall --curve recall.png --json recall.json",
            "recall --from recall.json --curve recall.png"),
        ["policies"] = Bench(
            "policies --budget 0.1,0.2 --policy h2o --policy mpcache+ --tasks needle,copying --prompts 20 --longest 600",
            "policies --json policies.json --picture docs/policies.png --markdown docs/policies.md",
            "policies --from needle.json --from copying.json --markdown docs/policies.md --picture docs/policies.png"),
        ["fuzz"] = Bench(
            "fuzz --seconds 60",
            "fuzz --seconds 14400 --findings fuzz-findings --json fuzz.json",
            "fuzz --target gguf-llama --target tokenizer-json --seed 7"),
        ["layer-budgets"] = Bench(
            "layer-budgets --budget 64",
            "layer-budgets --model model.gguf --budget 96 --prompts 6 --json sizes.json"),
        ["similarity"] = Bench(
            "similarity --prompt-file text.txt",
            "similarity --model model.gguf --prompt-file text.txt --ratio 0.1 --json similarity.json --picture similarity.png"),
    };

    private static string[] Bench(params string[] commands)
        => [.. commands.Select(c => $"dotnet run -c Release --project bench/MPCache.Bench -- {c}")];
}
