using System.Text.Json;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Cli.Tests;

public sealed class CommandTests : IDisposable
{
    private readonly Tool _tool = new();

    [Theory]
    [InlineData]
    [InlineData("demo")]
    [InlineData("dealer")]
    [InlineData("dealer", "pack")]
    [InlineData("packs")]
    [InlineData("packs", "describe")]
    [InlineData("packs", "list")]
    [InlineData("packs", "release")]
    [InlineData("audit")]
    [InlineData("server")]
    [InlineData("generate")]
    [InlineData("keys")]
    [InlineData("keys", "new")]
    [InlineData("keys", "show")]
    [InlineData("keys", "trust")]
    [InlineData("keys", "list")]
    [InlineData("keys", "forget")]
    [InlineData("plan")]
    [InlineData("policies")]
    [InlineData("check")]
    public void HelpHasExamples(params string[] command)
    {
        (int code, string output, _) = _tool.Run([.. command, "--help"]);
        Assert.Equal(0, code);
        Assert.Contains("Examples:", output);
        Assert.Contains($"  mpcache {string.Join(' ', command)}".TrimEnd(), output);
    }

    [Theory]
    [InlineData("mpcache", 512, 3.39, 8.37)] // the paper's ratios in bytes of a token, at several lengths
    [InlineData("mpcache", 1024, 3.39, 8.37)]
    [InlineData("mpcache", 2000, 3.39, 8.37)]
    [InlineData("dynamic-token", 1024, 0, 1)] // selecting single tokens is dearer than the full cache, as the paper found
    public void InSpusPricesThePolicyGainsWhatThePaperMeasured(string policy, int prompt, double least, double most)
    {
        (int code, string output, string error) = _tool.Run(
            "plan", "--model", "LLaMA-7B", "--prompt-tokens", $"{prompt}", "--max-tokens", "2", "--policy", policy, "--prices", "spu",
            "--json", "-");
        Assert.True(code == 0, error);
        using var plan = JsonDocument.Parse(output);
        double[] bytes = [.. plan.RootElement.GetProperty("spu").EnumerateArray().Select(l => l.GetProperty("bytes").GetDouble())];
        Assert.InRange(bytes[0] / bytes[1], least, most);
    }

    [Fact]
    public void PoliciesAreListedWithTheirOptions()
    {
        (int code, string output, _) = _tool.Run("policies");
        Assert.Equal(0, code);
        Assert.All(Cache.CachePolicy.All, p => Assert.Contains(p.Name, output));
        using var json = JsonDocument.Parse(_tool.Run("policies", "quest", "--json", "-").Out);
        JsonElement quest = json.RootElement.EnumerateArray().Single();
        Assert.Equal("arXiv 2406.10774", quest.GetProperty("source").GetString());
        Assert.True(quest.GetProperty("counts_public_by_nature").GetBoolean());
        Assert.Contains(quest.GetProperty("options").EnumerateArray(), o => o.GetProperty("name").GetString() == "--page"
            && o.GetProperty("default").GetString() == "16");
        Assert.Equal(1, _tool.Run("policies", "no-such-policy").Code);
    }

    [Theory]
    [InlineData(2, "Say where to run", "generate", "--prompt", "x")]
    [InlineData(2, "Give the prompt once", "generate", "--plain", "--model", "x")]
    [InlineData(2, "\"-1\" is none", "generate", "--plain", "--model", "x", "--ids", "-1")]
    [InlineData(2, "\"\" is none", "generate", "--plain", "--model", "x", "--ids", "1,,2")]
    [InlineData(2, "\"9999999999\" is none", "generate", "--plain", "--model", "x", "--ids", "9999999999")]
    [InlineData(1, "token 2048 is not among the 2,048", "generate", "--local", "--model", "SCRIBE", "--ids", "5,2048")]
    [InlineData(2, "--prompt is empty", "generate", "--plain", "--model", "x", "--prompt", "")]
    [InlineData(2, "--prompt is empty", "demo", "--prompt", "")]
    [InlineData(2, "--max-tokens takes a number from 1 up, not 0", "generate", "--local", "--model", "x", "--prompt", "x", "--max-tokens",
        "0")]
    [InlineData(2, "--max-tokens takes a number from 1 up, not -3", "demo", "--max-tokens", "-3")]
    [InlineData(2, "--system needs --chat", "generate", "--plain", "--model", "x", "--prompt", "x", "--system", "x")]
    [InlineData(2, "--messages needs --chat", "generate", "--plain", "--model", "x", "--messages", "x")]
    [InlineData(2, "leave --chat out", "generate", "--plain", "--model", "x", "--ids", "1", "--chat")]
    [InlineData(1, "there is no file no-such-file.txt", "generate", "--plain", "--model", "SCRIBE", "--prompt-file", "no-such-file.txt")]
    [InlineData(1, "more than the 2,048", "generate", "--local", "--model", "SCRIBE", "--prompt", "x", "--max-tokens", "5000")]
    [InlineData(2, "--listen", "dealer")]
    [InlineData(1, "no-such-file.gguf", "generate", "--plain", "--model", "no-such-file.gguf", "--prompt", "x")]
    [InlineData(1, "Known: ", "plan", "--model", "no-such-model", "--prompt-tokens", "5")]
    [InlineData(1, "more than the 8,192", "plan", "--model", "SmolLM2-135M", "--prompt-tokens", "9000")]
    [InlineData(2, "--transport takes netmq or tcp, not \"pigeon\"", "dealer", "--listen", "tcp://127.0.0.1:0", "--transport", "pigeon")]
    [InlineData(1, "--shape-link takes lan", "generate", "--local", "--model", "SCRIBE", "--ids", "1", "--shape-link", "fast")]
    [InlineData(1, "needs --shape-link", "demo", "--shape-dealer")]
    [InlineData(2, "leave --shape-link out", "generate", "--plain", "--model", "x", "--ids", "1", "--shape-link", "lan")]
    [InlineData(1, "--link takes lan", "plan", "--model", "SmolLM2-135M", "--prompt-tokens", "9", "--link", "fast")]
    [InlineData(1, "Leave --insecure-transport out", "dealer", "--listen", "tcp://10.0.0.1:5000", "--insecure-transport")]
    [InlineData(1, "leave it or --keys out", "dealer", "--listen", "tcp://127.0.0.1:0", "--insecure-transport", "--keys", "x")]
    [InlineData(1, "mpcache keys new dealer", "dealer", "--listen", "tcp://127.0.0.1:0", "--keys", "no-such-file")]
    [InlineData(2, "--all", "keys", "new")]
    [InlineData(1, "there already", "keys", "new", "client")]
    [InlineData(1, "is no fingerprint", "keys", "trust", "client", "server", "SHA256:x")]
    public void ErrorsNameTheCauseAndTheCure(int expected, string text, params string[] arguments)
    {
        (int code, string output, string error) = _tool.Run([.. arguments.Select(a => a == "SCRIBE" ? Repository.Scribe : a)]);
        Assert.Equal(expected, code);
        Assert.Contains(text, error + output);
        Assert.DoesNotContain("   at ", error);
    }

    [Theory]
    [InlineData(0, "begins with a byte-order mark", "EFBBBF496E2074686520626567696E6E696E67")]
    [InlineData(1, "is UTF-16. Convert it", "FFFE49006E00")]
    [InlineData(1, "is UTF-16. Convert it", "FEFF0049006E")]
    [InlineData(1, "byte 1 of", "49006E00")]
    [InlineData(1, "the first wrong byte is number 3 (0xE9)", "636166E9")]
    [InlineData(1, "the prompt is empty", "")]
    public void PromptFilesThatAreNotUtf8(int expected, string text, string hex)
    {
        string path = _tool.File("prompt.txt");
        File.WriteAllBytes(path, Convert.FromHexString(hex));
        (int code, string output, string error) = _tool.Run("generate", "--plain", "--model", Repository.Scribe, "--prompt-file", path,
            "--max-tokens", "6");
        Assert.Contains(text, error);
        Assert.Equal(expected, code);
        Assert.Equal(expected == 0 ? " of the reign of Jehoi" : "", output.TrimEnd());
    }

    [Theory]
    [InlineData("{}", "it is not a list")]
    [InlineData("[\n{\"role\": \"user\",}]", "line 2, byte")]
    [InlineData("[{\"role\": \"user\"}]", "message 1 has no text \"content\"")]
    [InlineData("[{\"role\": \"user\", \"content\": 7}]", "message 1 has no text \"content\"")]
    [InlineData("[{\"role\": \"user\", \"content\": \"x\", \"name\": \"y\"}]", "message 1 has the member \"name\"")]
    [InlineData("[{\"role\": \"user\", \"content\": \"\\ud800\"}]", "half of a surrogate pair")]
    [InlineData("[\"hello\"]", "message 1 is not an object")]
    [InlineData("[{\"role\": \"user\", \"content\": \"x\"}]", "the model has no chat template")]
    public void MessagesThatAreNone(string json, string cause)
    {
        string path = _tool.File("messages.json");
        File.WriteAllText(path, json);
        (int code, _, string error) = _tool.Run("generate", "--plain", "--model", Repository.Scribe, "--chat", "--messages", path,
            "--prompt", "y");
        Assert.Contains(cause, error);
        Assert.Equal(1, code);
    }

    [Fact]
    public void StandardInputIsAPromptFile()
    {
        using Running running = _tool.Start("generate", "--plain", "--model", Repository.Scribe, "--prompt-file", "-", "--max-tokens", "6");
        running.Say("In the beginning");
        (int code, string output, string error) = running.Wait(TimeSpan.FromSeconds(120));
        Assert.True(code == 0, error);
        Assert.Equal(" of the reign of Jehoi", output.TrimEnd());
    }

    [SkippableFact]
    public void AConversationIsAsItsTemplateWritesIt()
    {
        string model = SharedData.Get(SharedData.SmolLm2), messages = _tool.File("earlier.json");
        File.WriteAllText(messages, """[{"role": "user", "content": "Capital of France?"}, {"role": "assistant", "content": "Paris"}]""");
        (int code, string json, string error) = _tool.Run("generate", "--plain", "--model", model, "--chat", "--system", "One word.",
            "--messages", messages, "--prompt", "And of Spain?", "--max-tokens", "1", "--json", "-");
        Assert.True(code == 0, error);
        using ModelFile file = ModelFile.Open(model);
        int[] expected = file.Tokenizer.Encode("<|im_start|>system\nOne word.<|im_end|>\n<|im_start|>user\nCapital of France?<|im_end|>\n"
            + "<|im_start|>assistant\nParis<|im_end|>\n<|im_start|>user\nAnd of Spain?<|im_end|>\n<|im_start|>assistant\n", special: true);
        using JsonDocument report = JsonDocument.Parse(json);
        Assert.Equal(expected, report.RootElement.GetProperty("prompt_ids").EnumerateArray().Select(t => t.GetInt32()));
    }

    [Fact]
    public void PlanIsTheCostEngines()
    {
        (int code, string json, _) = _tool.Run(
            "plan",
            "--model",
            "SmolLM2-135M",
            "--prompt-tokens",
            "100",
            "--max-tokens",
            "3",
            "--link",
            "10,100",
            "--json",
            "-");
        Assert.Equal(0, code);
        ModelConfig config = ModelConfig.Known("SmolLM2-135M")!;
        using var costs = new CostModel(
            config,
            FixedPointPlan.Typical(config),
            new GenerationRequest { PromptTokens = 100, MaxTokens = 3, Policy = "full", Reveal = "token" });
        Cost prompt = costs.Prefill();
        using JsonDocument plan = JsonDocument.Parse(json);
        JsonElement first = plan.RootElement.GetProperty("phases")[0];
        Assert.Equal(prompt.Rounds, first.GetProperty("rounds").GetInt64());
        Assert.Equal(prompt.ToServer, first.GetProperty("client_to_server").GetInt64());
        Assert.Equal(prompt.Dealt, first.GetProperty("dealer_to_server").GetInt64());
        Assert.InRange(first.GetProperty("link_seconds").GetDouble(), prompt.Rounds * 0.005, 1e4);
    }

    [Theory]
    [InlineData("LLaMA-7B")]
    [InlineData("Llama-3-8B")]
    [InlineData("GPT-2")]
    public void PlanKnowsModelsByName(string name)
        => Assert.Equal(0, _tool.Run("plan", "--model", name, "--prompt-tokens", "64", "--max-tokens", "2").Code);

    [Fact]
    public void CheckFindsThisMachineInOrder()
    {
        (int code, string json, _) = _tool.Run("check", "--json");
        Assert.Equal(0, code);
        Assert.All(JsonDocument.Parse(json).RootElement.EnumerateArray(), line => Assert.True(line.GetProperty("ok").GetBoolean()));
        Assert.Equal(1, _tool.Run("check", "--model", "missing.gguf").Code);
    }

    [Theory]
    [InlineData("bench", "protocols", "--only", "silu")]
    [InlineData("similarity", "--prompt-file", "x")]
    public void WhatMeasuresSaysWhereItWent(params string[] arguments)
    {
        (int code, _, string error) = _tool.Run(arguments);
        Assert.Equal(1, code);
        Assert.Contains($"--project bench/MPCache.Bench -- {string.Join(' ', arguments.SkipWhile(a => a == "bench"))}", error);
    }

    [Theory]
    [InlineData("--plain")]
    [InlineData("--plain-fixed")]
    public void PlainEnginesGiveTheReferencesTokens(string engine)
    {
        string path = _tool.File("report.json");
        (int code, string text, _) = _tool.Run(
            "generate",
            engine,
            "--model",
            Repository.Scribe,
            "--prompt",
            "In the beginning",
            "--max-tokens",
            "6",
            "--json",
            path);
        Assert.Equal(0, code);
        Assert.Equal(" of the reign of Jehoi", text.TrimEnd());
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(path));
        Assert.Equal([269, 259, 1048, 269, 1688, 73], report.RootElement.GetProperty("tokens").EnumerateArray().Select(t => t.GetInt32()));
    }

    [Fact]
    public void DependenciesPointOneWay()
    {
        var allowed = new Dictionary<string, string[]>
        {
            ["MPCache.Cli"] = ["MPCache.Service", "MPCache.Client", "MPCache.Sessions", "MPCache.Transport"],
            ["MPCache.Service"] = ["MPCache.Client"],
            ["MPCache.Client"] = ["MPCache.Sessions", "MPCache.Transport"],
            ["MPCache.Sessions"] = ["MPCache.Inference"],
            ["MPCache.Inference"] = ["MPCache.Protocols", "MPCache.Models", "MPCache.Cache"],
            ["MPCache.Transport"] = ["MPCache.Protocols"],
            ["MPCache.Protocols"] = ["MPCache.Kernels"],
            ["MPCache.Kernels"] = ["MPCache.Interop"],
        };
        foreach (string project in new[] { "src", "interop" }.SelectMany(
            f => Directory.GetFiles(Repository.File(f), "*.csproj", SearchOption.AllDirectories)))
        {
            string[] references = [.. System.Xml.Linq.XDocument.Load(project).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))];
            Assert.Subset(allowed.GetValueOrDefault(Path.GetFileNameWithoutExtension(project), []).ToHashSet(), references.ToHashSet());
        }
    }

    public void Dispose() => _tool.Dispose();
}
