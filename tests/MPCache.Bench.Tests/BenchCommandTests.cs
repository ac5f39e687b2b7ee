using System.Text.Json;

namespace MPCache.Bench.Tests;

/// <summary>The benchmarks as a user runs them, at the smallest sizes.</summary>
public sealed class BenchCommandTests : IDisposable
{
    private readonly Tool _tool = new("MPCache.Bench.dll");

    [Theory]
    [InlineData]
    [InlineData("protocols")]
    [InlineData("transport")]
    [InlineData("faults")]
    [InlineData("decode")]
    [InlineData("layer")]
    [InlineData("packs")]
    [InlineData("ablation")]
    [InlineData("greedy")]
    [InlineData("drafts")]
    [InlineData("reference")]
    [InlineData("recall")]
    [InlineData("policies")]
    [InlineData("layer-budgets")]
    [InlineData("similarity")]
    [InlineData("fuzz")]
    public void HelpHasExamples(params string[] command)
    {
        (int code, string output, _) = _tool.Run([.. command, "--help"]);
        Assert.Equal(0, code);
        Assert.Contains("Examples:", output);
        Assert.Contains($"  dotnet run -c Release --project bench/MPCache.Bench -- {string.Join(' ', command)}", output);
    }

    [Theory]
    [InlineData(2, "--cache takes numbers of tokens", "decode", "--cache", "12,many")]
    [InlineData(2, "--repeat must be at least 1", "ablation", "--repeat", "0")]
    [InlineData(2, "leave --tokens out", "layer", "--shape", "gpt2", "--tokens", "2")]
    [InlineData(1, "--plan takes ", "ablation", "--plan", "no-such-model")]
    [InlineData(1, "--only takes comparison, ", "protocols", "--only", "nothing")]
    [InlineData(1, "--target takes gguf-llama, ", "fuzz", "--target", "nothing")]
    [InlineData(2, "--draft-tokens takes numbers from 1 to 32", "drafts", "--draft-tokens", "0")]
    [InlineData(2, "--shape-link needs --private", "drafts", "--shape-link", "lan")]
    [InlineData(1, "--from needs --curve", "recall", "--from", "rows.json")]
    [InlineData(1, "--budget 5: the last 16 tokens always stay", "layer-budgets", "--budget", "5")]
    [InlineData(2, "--budget takes shares between 0 and 1", "policies", "--budget", "0.1,12")]
    [InlineData(1, "--tasks riddles: there are needle", "policies", "--tasks", "riddles")]
    [InlineData(1, "needs --shape-link", "decode", "--shape-dealer")]
    public void ErrorsNameTheCauseAndTheCure(int expected, string text, params string[] arguments)
    {
        (int code, string output, string error) = _tool.Run(arguments);
        Assert.Equal(expected, code);
        Assert.Contains(text, error + output);
        Assert.DoesNotContain("   at ", error);
    }

    [Fact]
    public void PacksHoldUnderKills()
    {
        JsonElement row = Report("packs", "--kills", "4").GetProperty("rows")[0];
        Assert.Equal(2, row.GetProperty("clients_killed").GetInt32());
        Assert.Equal(2, row.GetProperty("servers_killed").GetInt32());
        Assert.True(row.GetProperty("begun").GetInt32() >= 2); // before the kills
    }

    [Fact]
    public void ATokenOfAPackIsTimedBesideADealers()
    {
        JsonElement[] rows = [.. Report("packs", "--repeat", "1", "--cache", "16").GetProperty("rows").EnumerateArray()];
        Assert.Equal(["dealer", "packs"], rows.Select(r => r.GetProperty("way").GetString()));
        Assert.All(rows, r => Assert.True(r.GetProperty("seconds").GetProperty("median").GetDouble() > 0));
        Assert.Equal(1, rows[0].GetProperty("ratio_to_dealer").GetProperty("median").GetDouble());
    }

    [Fact]
    public void ProtocolsMeasureTheirErrorAndTheirCost()
    {
        JsonElement report = Report("protocols", "--only", "linear-1x576x1536,rsqrt-1024", "--transport", "tcp");
        Assert.Equal("protocols", report.GetProperty("bench").GetString());
        Assert.Equal("tcp", report.GetProperty("transport").GetString());
        Assert.True(report.GetProperty("machine").GetProperty("processors").GetInt32() > 0);
        JsonElement[] rows = [.. report.GetProperty("rows").EnumerateArray()];
        Assert.Equal(["linear-1x576x1536", "rsqrt-1024"], rows.Select(r => r.GetProperty("name").GetString()));
        Assert.Equal(8 * 576, rows[0].GetProperty("online_bytes").GetInt64()); // one masked word an input
        Assert.Equal(0, rows[0].GetProperty("max_error").GetDouble());
        Assert.InRange(rows[1].GetProperty("max_error").GetDouble(), 1e-9, 1e-4);
        Assert.All(rows, row => Assert.InRange(
            row.GetProperty("seconds").GetDouble(), row.GetProperty("seconds_spread").GetProperty("low").GetDouble(), row.GetProperty(
                "seconds_spread").GetProperty("high").GetDouble()));
    }

    [Fact]
    public void GuessesGiveTheSameTextInFewerPasses()
    {
        JsonElement[] rows = Rows("drafts", "--max-tokens", "24", "--draft-tokens", "3", "--private", "--transport", "tcp");
        Assert.Equal(["quote", "code", "prose"], rows.Select(r => r.GetProperty("name").GetString()));
        Assert.All(rows, row =>
        {
            Assert.InRange(row.GetProperty("tokens_a_pass").GetDouble(), 1, 4);
            Assert.InRange(row.GetProperty("rows_a_pass").GetDouble(), row.GetProperty("tokens_a_pass").GetDouble(), 4);
            Assert.True(row.GetProperty("private_seconds_a_token").GetDouble() > 0);
        });
        Assert.Contains(rows, row => row.GetProperty("passes").GetInt32() < row.GetProperty("tokens").GetInt32());
    }

    [Fact]
    public void LayersOfTwoPoliciesRunByTurns()
    {
        JsonElement[] rows = Rows("layer", "--shape", "gpt2", "--cache", "160", "--policy", "full", "--policy", "mpcache+");
        Assert.InRange(rows[0].GetProperty("max_error").GetDouble(), 1e-6, 0.05);
        Assert.False(rows[0].TryGetProperty("ratio", out _));
        Assert.True(rows[1].GetProperty("ratio").GetProperty("median").GetDouble() > 0);
        Assert.True(rows[1].GetProperty("online_bytes").GetInt64() < rows[0].GetProperty("online_bytes").GetInt64());
    }

    [Fact]
    public void DecodeStandsBesideThePlaintextEngine()
    {
        JsonElement row = Assert.Single(Rows("decode", "--cache", "40", "--repeat", "2", "--transport", "tcp"));
        Assert.Equal("full", row.GetProperty("policy").GetString());
        Assert.True(row.GetProperty("ratio").GetProperty("low").GetDouble() > 1); // privacy is not free
        Assert.Equal(["client", "server", "dealer"], row.GetProperty("shares").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void TheAblationCostsWhatItsPlanSays()
    {
        string[] common = ["ablation", "--cache", "40", "--policy", "full", "--policy", "window --budget 20"];
        JsonElement[] measured = Rows([.. common, "--repeat", "1", "--transport", "tcp"]);
        Assert.Equal(2, measured.Length);
        Assert.True(measured[1].GetProperty("attention_bytes").GetInt64() < measured[0].GetProperty("attention_bytes").GetInt64());
        Assert.True(measured[1].GetProperty("ratio").GetProperty("median").GetDouble() > 0);
    }

    [Fact]
    public void APlannedAblationIsDrawn()
    {
        string picture = _tool.File("ablation.png");
        JsonElement report = Report(
            "ablation",
            "--plan",
            "SmolLM2-135M",
            "--cache",
            "64,128",
            "--policy",
            "full",
            "--policy",
            "mpcache+",
            "--picture",
            picture);
        Assert.True(report.GetProperty("planned").GetBoolean());
        Assert.Equal("SmolLM2-135M", report.GetProperty("model").GetString());
        Assert.Equal(4, report.GetProperty("rows").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("rows")[0].GetProperty("seconds").ValueKind);
        Assert.Equal("PNG"u8.ToArray(), File.ReadAllBytes(picture)[1..4]);
    }

    [Fact]
    public void AReferenceIsWrittenAndMet()
    {
        string prompts = _tool.File("prompts.json"), reference = _tool.File("greedy.json");
        File.WriteAllText(prompts, """
            [{"name": "beginning", "text": "In the beginning"}, {"name": "long", "text": "And it came to pass when the judges ruled"}]
            """);
        (int code, _, string error) = _tool.Run("reference", "--prompts", prompts, "--max-tokens", "4", "--out", reference);
        Assert.True(code == 0, error);
        GreedyPrompt first = GreedyReference.Read(reference).Prompts[0], known = GreedyReference.Read(Repository.ScribeReference).Prompts
            .Single(p => p.Name == "beginning");
        Assert.Equal(known.PromptIds, first.PromptIds);
        Assert.Equal(known.GreedyIds[..4], first.GreedyIds);
        Assert.All(first.Margins.Zip(known.Margins), m => Assert.Equal(m.Second, m.First, 0.01));
        JsonElement[] rows = Rows(
            "greedy",
            "--model",
            Repository.Scribe,
            "--reference",
            reference,
            "--only",
            "beginning",
            "--transport",
            "tcp");
        Assert.Equal(4, Assert.Single(rows).GetProperty("equal").GetInt32());
        Assert.True(rows[0].GetProperty("as_predicted").GetBoolean());
    }

    [Fact]
    public void TheRecallCurveHasARowForEachShareAndAPicture()
    {
        string picture = _tool.File("curve.png"), json = _tool.File("curve.json"), again = _tool.File("again.png");
        (int code, _, string error) = _tool.Run(
            "recall",
            "--prompts",
            "2",
            "--ratio",
            "0.1",
            "--ratio",
            "1",
            "--curve",
            picture,
            "--json",
            json);
        Assert.True(code == 0, error);
        JsonElement[] rows = [.. JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("rows").EnumerateArray()];
        JsonElement full = Assert.Single(rows, r => r.GetProperty("family").GetString() == "full");
        Assert.Equal(1, full.GetProperty("attended").GetDouble());
        JsonElement[] ours = [.. rows.Where(r => r.GetProperty("family").GetString() == "mpcache+, a share")];
        Assert.Equal(2, ours.Length);
        Assert.InRange(ours[0].GetProperty("attended").GetDouble(), 0.08, 0.15);
        Assert.Equal(1, ours[1].GetProperty("attended").GetDouble(), 6);
        Assert.Equal(full.GetProperty("answered").GetInt32(), ours[1].GetProperty("answered").GetInt32());
        Assert.Equal(0, _tool.Run("recall", "--from", json, "--curve", again).Code);
        Assert.Equal(File.ReadAllBytes(picture), File.ReadAllBytes(again));
    }

    [Fact]
    public void LayersGetSizesOfTheBudgetInTheMean()
    {
        string json = _tool.File("sizes.json");
        (int code, string output, string error) = _tool.Run(
            "layer-budgets", "--budget", "40", "--prompts", "1", "--longest", "260", "--json", json);
        Assert.True(code == 0, error);
        JsonElement[] rows = [.. JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("rows").EnumerateArray()];
        Assert.InRange(rows.Average(r => r.GetProperty("chosen").GetInt32()), 16, 40);
        Assert.All(rows, r => Assert.All(r.GetProperty("losses").EnumerateArray(), l => Assert.True(l.GetDouble() >= -1e-6)));
        Assert.Contains("--layer-budgets ", output);
    }

    [Fact]
    public void PoliciesAreComparedAtEqualBudgets()
    {
        string json = _tool.File("policies.json"), page = _tool.File("policies.md"), picture = _tool.File("policies.png");
        string[] arguments =
        [
            "policies", "--budget", "0.2", "--policy", "window", "--policy", "mpcache+", "--tasks", "needle,perplexity", "--prompts", "2",
            "--longest", "300", "--priced", "200", "--private", "1", "--json", json, "--markdown", page, "--picture", picture,
        ];
        (int code, _, string error) = _tool.Run(arguments);
        Assert.True(code == 0, error);
        JsonElement[] rows = [.. JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("rows").EnumerateArray()];
        Assert.Equal(["full", "window", "mpcache+"], rows.Select(r => r.GetProperty("policy").GetString()));
        Assert.All(rows, r => Assert.Equal(1, r.GetProperty("private").GetProperty("same_text").GetInt32()));
        long[] online = [.. rows.Select(r => r.GetProperty("costs").GetProperty("token").GetProperty("online").GetInt64())];
        Assert.True(online[0] > online[2] && online[0] > online[1]);
        Assert.True(rows[1].GetProperty("perplexity").GetDouble() >= rows[0].GetProperty("perplexity").GetDouble());
        string written = File.ReadAllText(page);
        Assert.Contains("### 20 % of the prompt", written);
        Assert.Contains("![answers against private bytes a token](policies.png)", written);
        Assert.Equal(0, _tool.Run("policies", "--from", json, "--markdown", page).Code);
        Assert.Contains("mpcache+", File.ReadAllText(page));
    }

    [Fact]
    public void SimilarityIsASymmetricMatrixAndAPicture()
    {
        string text = _tool.File("text.txt"), picture = _tool.File("map.png");
        File.WriteAllText(text, "And it came to pass in the days when the judges ruled, that there was a famine in the land.");
        JsonElement row = Assert.Single(Rows("similarity", "--prompt-file", text, "--ratio", "0.3", "--picture", picture));
        double[][] overlap = [.. row.GetProperty("overlap").EnumerateArray()
            .Select(r => r.EnumerateArray().Select(v => v.GetDouble()).ToArray())];
        Assert.Equal(6, overlap.Length);
        Assert.All(Enumerable.Range(0, 6), l => Assert.Equal(1, overlap[l][l]));
        Assert.Equal(overlap[1][4], overlap[4][1]);
        Assert.Contains(row.GetProperty("neighbours").EnumerateArray(), n => n.GetDouble() < 1);
        Assert.Equal("PNG"u8.ToArray(), File.ReadAllBytes(picture)[1..4]);
    }

    private JsonElement[] Rows(params string[] arguments) => [.. Report(arguments).GetProperty("rows").EnumerateArray()];

    private JsonElement Report(params string[] arguments)
    {
        string path = _tool.File("report.json");
        (int code, _, string error) = _tool.Run([.. arguments, "--json", path]);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(File.ReadAllText(path)).RootElement;
    }

    public void Dispose() => _tool.Dispose();
}
