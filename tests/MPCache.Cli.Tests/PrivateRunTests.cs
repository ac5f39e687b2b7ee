using System.Diagnostics;
using System.Text.Json;

namespace MPCache.Cli.Tests;

/// <summary>Whole private runs, each process a real one.</summary>
public sealed class PrivateRunTests : IDisposable
{
    private readonly Tool _tool = new();

    [Fact]
    public void ALocalRunGivesTheReferencesTokensAndAReport()
    {
        JsonElement first = Report(
            "generate",
            "--local",
            "--model",
            Repository.Scribe,
            "--prompt",
            "In the beginning",
            "--max-tokens",
            "4");
        Assert.Equal([269, 259, 1048, 269], first.GetProperty("tokens").EnumerateArray().Select(t => t.GetInt32()));
        Assert.Equal([0, 1151, 259, 1821, 1244], first.GetProperty("prompt_ids").EnumerateArray().Select(t => t.GetInt32()));
        Assert.Equal("private", first.GetProperty("engine").GetString());
        Assert.Equal(" of the reign of", first.GetProperty("text").GetString());
        Assert.Equal(64, first.GetProperty("model").GetProperty("sha256").GetString()!.Length);
        Assert.Equal(4_951_296, first.GetProperty("model").GetProperty("parameters").GetInt64());
        Assert.Equal(3, first.GetProperty("peak_memory_mb").EnumerateObject().Count(p => p.Value.GetDouble() > 10));
        Assert.Equal(3, first.GetProperty("decode").GetArrayLength());
        foreach (JsonElement phase in first.GetProperty("decode").EnumerateArray().Prepend(first.GetProperty("prefill")))
        {
            Assert.Equal(phase.GetProperty("rounds").GetInt64(), phase.GetProperty("predicted").GetProperty("rounds").GetInt64());
            Assert.Equal(
                phase.GetProperty("bytes").GetRawText(),
                phase.GetProperty("predicted").GetProperty("bytes").GetRawText().Replace("\n  ", "\n"));
            Assert.True(phase.GetProperty("bytes").GetProperty("dealer_to_server").GetInt64() > 0);
        }

        long stages = first.GetProperty("stages").EnumerateArray().Sum(s => s.GetProperty("rounds").GetInt64());
        Assert.Equal(
            first.GetProperty("decode").EnumerateArray().Prepend(first.GetProperty("prefill")).Sum(p => p.GetProperty("rounds").GetInt64()),
            stages);
        Assert.True(Received(first) > 40_000_000);

        // The masked weights are on disk now; a damaged file is not used but fetched again.
        Assert.True(
            Received(Report("generate", "--local", "--model", Repository.Scribe, "--ids", "0,1151", "--max-tokens", "1")) < 100_000);
        string kept = Directory.GetFiles(_tool.Cache, "*.masked").Single();
        using (FileStream file = File.OpenWrite(kept))
        {
            file.Position = file.Length / 2;
            file.WriteByte(0x5a);
            file.WriteByte(0xa5);
        }

        JsonElement again = Report(
            "generate", "--local", "--model", Repository.Scribe, "--ids", "0,1151", "--max-tokens", "1", "--reveal", "logits");
        Assert.True(Received(again) > 40_000_000);
    }

    [Fact]
    public void AShapedRunOverTcpIsTheSameButSlower()
    {
        JsonElement report = Report(
            "generate",
            "--local",
            "--model",
            Repository.Scribe,
            "--prompt",
            "In the beginning",
            "--max-tokens",
            "3",
            "--transport",
            "tcp",
            "--shape-link",
            "4,1000",
            "--shape-dealer");
        Assert.Equal([269, 259, 1048], report.GetProperty("tokens").EnumerateArray().Select(t => t.GetInt32()));
        Assert.Equal("tcp", report.GetProperty("transport").GetString());
        Assert.Equal(4, report.GetProperty("link").GetProperty("rtt_ms").GetDouble());
        Assert.True(report.GetProperty("link").GetProperty("dealer").GetBoolean());
        foreach (JsonElement phase in report.GetProperty("decode").EnumerateArray().Prepend(report.GetProperty("prefill")))
        {
            Assert.Equal(
                phase.GetProperty("bytes").GetRawText(),
                phase.GetProperty("predicted").GetProperty("bytes").GetRawText().Replace("\n  ", "\n"));

            // No exchange ends before half a round trip has passed; a few need not wait for the one before them.
            Assert.InRange(phase.GetProperty("seconds").GetDouble(), 0.9 * 0.002 * phase.GetProperty("rounds").GetInt64(), 60);
        }
    }

    [Theory]
    [InlineData("netmq", "tcp")]
    [InlineData("tcp", "netmq")]
    public void TwoTransportsAreToldApart(string listening, string connecting)
    {
        using Running dealer = _tool.Start("dealer", "--listen", "tcp://127.0.0.1:0", "--transport", listening);
        string at = Running.Address(dealer);
        (int code, _, string error) = _tool.Run("generate", "--server", at, "--dealer", at, "--tokenizer", Repository.Scribe, "--ids",
            "1", "--transport", connecting);
        Assert.Equal(1, code);
        Assert.Contains("same --transport", error);
    }

    [Theory]
    [InlineData("netmq")]
    [InlineData("tcp")]
    public void ADeadServerEndsTheOthersWithItsName(string transport)
    {
        using Running dealer = _tool.Start("dealer", "--listen", "tcp://127.0.0.1:0", "--once", "--transport", transport);
        string dealerAt = Running.Address(dealer);
        using Running server = _tool.Start("server", "--model", Repository.Scribe, "--listen", "tcp://127.0.0.1:0", "--dealer", dealerAt,
            "--once", "--transport", transport);
        using Running client = _tool.Start("generate", "--server", Running.Address(server), "--dealer", dealerAt, "--tokenizer",
            Repository.Scribe, "--prompt", "In the beginning", "--max-tokens", "2000", "--transport", transport);
        client.Until("prompt: 5 of 5");
        Running.Signal(server.Id, "KILL");
        (int code, _, string error) = client.Wait(TimeSpan.FromSeconds(25));
        Assert.Equal(1, code);
        Assert.Contains("server at tcp://127.0.0.1", error);
        Assert.NotEqual(0, dealer.Wait(TimeSpan.FromSeconds(25)).Code);
    }

    [Theory]
    [InlineData("netmq")]
    [InlineData("tcp")]
    public void AServerGoesOnAfterAClientThatDies(string transport)
    {
        using Running dealer = _tool.Start("dealer", "--listen", "tcp://127.0.0.1:0", "--transport", transport);
        string dealerAt = Running.Address(dealer);
        using Running server = _tool.Start("server", "--model", Repository.Scribe, "--listen", "tcp://127.0.0.1:0", "--dealer", dealerAt,
            "--transport", transport);
        string serverAt = Running.Address(server);
        using (Running client = _tool.Start("generate", "--server", serverAt, "--dealer", dealerAt, "--tokenizer", Repository.Scribe,
            "--prompt", "In the beginning", "--max-tokens", "2000", "--transport", transport))
        {
            client.Until("prompt: 5 of 5");
            Running.Signal(client.Id, "KILL");
            server.Until("session failed");
        }

        (int code, string text, _) = _tool.Run(
            "generate",
            "--server",
            serverAt,
            "--dealer",
            dealerAt,
            "--tokenizer",
            Repository.Scribe,
            "--prompt",
            "In the beginning",
            "--max-tokens",
            "2",
            "--transport",
            transport);
        Assert.Equal(0, code);
        Assert.Equal(" of the", text.TrimEnd());
    }

    [Theory]
    [InlineData("INT", "netmq")]
    [InlineData("INT", "tcp")]
    [InlineData("TERM", "tcp")]
    public void AnInterruptedClientEndsAtOnceAndTheOthersServeTheNext(string signal, string transport)
    {
        using Running dealer = _tool.Start("dealer", "--listen", "tcp://127.0.0.1:0", "--transport", transport);
        string dealerAt = Running.Address(dealer);
        using Running server = _tool.Start("server", "--model", Repository.Scribe, "--listen", "tcp://127.0.0.1:0", "--dealer", dealerAt,
            "--transport", transport);
        string[] generate = ["generate", "--server", Running.Address(server), "--dealer", dealerAt, "--tokenizer", Repository.Scribe,
            "--prompt", "In the beginning", "--transport", transport];
        using (Running client = _tool.Start([.. generate, "--max-tokens", "2000"]))
        {
            client.Until("prompt: 5 of 5");
            Running.Signal(client.Id, signal);
            var clock = Stopwatch.StartNew();
            (int code, _, string error) = client.Wait(TimeSpan.FromSeconds(20));
            Assert.Contains(code, signal == "INT" ? (int[])[130] : [130, 143]); // the second where it took more than two seconds
            Assert.Contains("interrupted", error);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 4);
        }

        server.Until("session failed: client at");
        dealer.Until("session failed: ");
        Assert.Equal(" of the", _tool.Run([.. generate, "--max-tokens", "2"]).Out.TrimEnd());
    }

    [Theory]
    [InlineData("INT", "netmq")]
    [InlineData("KILL", "netmq")]
    [InlineData("INT", "tcp")]
    [InlineData("KILL", "tcp")]
    public void NothingIsLeftRunning(string signal, string transport)
    {
        using Running client = _tool.Start(
            "generate",
            "--local",
            "--model",
            Repository.Scribe,
            "--prompt",
            "In the beginning",
            "--max-tokens",
            "2000",
            "--transport",
            transport);
        client.Until("prompt: 5 of 5");
        int[] children = Children(client.Id);
        Assert.Equal(2, children.Length);
        Running.Signal(client.Id, signal);
        int code = client.Wait(TimeSpan.FromSeconds(10)).Code;
        Assert.Equal(signal == "INT" ? 130 : 137, code);
        for (var clock = Stopwatch.StartNew(); children.Any(Alive); Thread.Sleep(50))
        {
            Assert.True(clock.Elapsed.TotalSeconds < 10, "a child is still running");
        }
    }

    [Fact]
    public void TheDemoEndsWellAndShowsBothTexts()
    {
        (int code, string text, string rest) = _tool.Run("demo", "--max-tokens", "8");
        Assert.True(code == 0, rest);
        Assert.Contains("The seal of Tamar is", text);
        Assert.Contains("The private text equals the plaintext text.", rest);
        Assert.Contains("what the cost engine predicted, to the byte", rest);
    }

    private static long Received(JsonElement report)
        => report.GetProperty("setup").GetProperty("bytes").GetProperty("server_to_client").GetInt64();

    private JsonElement Report(params string[] arguments)
    {
        string path = _tool.File("report.json");
        (int code, _, string error) = _tool.Run([.. arguments, "--json", path]);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(File.ReadAllText(path)).RootElement;
    }

    private static int[] Children(int parent) => [.. Directory.GetDirectories($"/proc/{parent}/task")
        .SelectMany(task => File.ReadAllText(Path.Combine(task, "children"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)];

    private static bool Alive(int process)
        => Directory.Exists($"/proc/{process}") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);

    public void Dispose() => _tool.Dispose();
}
