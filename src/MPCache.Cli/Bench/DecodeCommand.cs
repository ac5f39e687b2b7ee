using System.CommandLine;
using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Transport;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache bench decode</c>: what a token costs, beside the plaintext engine, and where its time goes.</summary>
internal static class DecodeCommand
{
    private const int Steps = 12;

    private sealed record Row
    {
        [JsonPropertyName("policy")] public required string Policy { get; init; }

        [JsonPropertyName("cache")] public required int Cache { get; init; }

        [JsonPropertyName("seconds")] public required double Seconds { get; init; }

        [JsonPropertyName("plain_seconds")] public required double PlainSeconds { get; init; }

        [JsonPropertyName("online_bytes")] public required long OnlineBytes { get; init; }

        [JsonPropertyName("dealt_bytes")] public required long DealtBytes { get; init; }

        [JsonPropertyName("rounds")] public required long Rounds { get; init; }

        /// <summary>For each process, seconds a token.</summary>
        [JsonPropertyName("shares")] public required Dictionary<string, DecodeShare> Shares { get; init; }

        [JsonPropertyName("plain_cpu_seconds")] public required double PlainCpuSeconds { get; init; }
    }

    private sealed record Report([property: JsonPropertyName("model")] string Model, [property: JsonPropertyName("transport")] string Transport, [property: JsonPropertyName("rows")] Row[] Rows);

    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "The model; the embedded one by default.", DefaultValueFactory = _ => CommonOptions.EmbeddedModel, HelpName = "FILE|FOLDER" };
        Option<string> cache = new("--cache") { Description = "Tokens in the cache, before anything is evicted.", DefaultValueFactory = _ => "128,512", HelpName = "N,N" };
        Option<string[]> policies = new("--policy") { Description = "A policy with its options; may be given several times.", DefaultValueFactory = _ => ["full"], HelpName = "TEXT" };
        Option<DataPlane> transport = CommonOptions.Transport();
        Option<string> shapeLink = CommonOptions.ShapeLink();
        Option<bool> shapeDealer = CommonOptions.ShapeDealer();
        Option<string?> json = CommonOptions.Json("the rows");
        var command = new Command("decode", "Seconds, bytes and rounds of a decoded token beside the plaintext engine's, and where the time goes.") { model, cache, policies, transport, shapeLink, shapeDealer, json };
        command.SetAction((r, cancel) => Task.Run(async () =>
        {
            Rendering.CheckJson(r.GetValue(json));
            var links = new LinkChoice(r.GetValue(transport), CommonOptions.Shape(r.GetValue(shapeLink), r.GetValue(shapeDealer)));
            Report report = await Run(r.GetValue(model)!, AblationCommand.Lengths(r.GetValue(cache)!), r.GetValue(policies)!, links, cancel);
            if (r.GetValue(json) is { } path)
            {
                Rendering.WriteJson(path, report);
            }

            Show(report);
            return ExitCode.Success;
        }, CancellationToken.None));
        return command;
    }

    private static async Task<Report> Run(string path, int[] lengths, string[] policies, LinkChoice links, CancellationToken cancel)
    {
        using ModelFile model = ModelFile.Open(path);
        var weights = new FloatWeights(model);
        using LocalProcess dealer = await LocalProcess.Start("dealer", ["--listen", "tcp://127.0.0.1:0", "--transport", links.Plane.Word()], cancel);
        using LocalProcess server = await LocalProcess.Start("server", ["--model", path, "--listen", "tcp://127.0.0.1:0", "--dealer", dealer.Address, "--transport", links.Plane.Word(), .. ServerCommand.AllowAll], cancel);
        var rows = new List<Row>();
        Console.Error.WriteLine("warming up");
        Generate(model, server, dealer, policies[0], lengths[0], links, cancel);
        foreach (int length in lengths)
        {
            foreach (string policy in policies)
            {
                Console.Error.WriteLine($"{policy}, {length:N0} tokens");
                GenerationReport report = Generate(model, server, dealer, policy, length, links, cancel);
                (double seconds, double cpu) = PlainStep(weights, CachePolicy.Parse(policy), length);
                rows.Add(Line(policy, length, report, seconds, cpu));
            }
        }

        return new Report(model.Config.Name, links.Plane.Word(), [.. rows]);
    }

    private static GenerationReport Generate(ModelFile model, LocalProcess server, LocalProcess dealer, string policy, int length, LinkChoice links, CancellationToken cancel)
    {
        var request = new GenerationRequest { PromptTokens = length, MaxTokens = Steps + 1, Policy = policy, Reveal = "token", FillCache = true };
        request.Check(model.Config);
        try
        {
            return Client.Generate(server.Address, dealer.Address, new int[length], request, new SilentObserver(), Client.Options(null), links, cancel);
        }
        catch (Protocols.ChannelException e) when ((server.Failure ?? dealer.Failure) is { } words)
        {
            throw new IOException($"{words} (seen here as: {e.Message})", e);
        }
    }

    /// <summary>A token of the plaintext engine over as long a cache: least of the steps, as it is short.</summary>
    private static (double Seconds, double CpuSeconds) PlainStep(FloatWeights weights, CachePolicy policy, int length)
    {
        var program = new FloatProgram(weights, CachePolicy.Named("full"));
        program.FillCache(policy.HasPublicCounts ? Enumerable.Range(0, weights.Config.Layers).Max(l => policy.Kept(length, l)) : length);
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        program.Step([1]);
        TimeSpan cpu = self.TotalProcessorTime;
        var seconds = new List<double>();
        for (int i = 0; i < Steps; i++)
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            program.Step([1]);
            seconds.Add(clock.Elapsed.TotalSeconds);
        }

        self.Refresh();
        seconds.Sort();
        return (seconds[Steps / 2], (self.TotalProcessorTime - cpu).TotalSeconds / Steps);
    }

    private static Row Line(string policy, int length, GenerationReport report, double plainSeconds, double plainCpu)
    {
        double[] seconds = [.. report.Decode.Skip(1).Select(d => d.Seconds).Order()];
        PhaseLine last = report.Decode[^1];
        return new Row
        {
            Policy = policy,
            Cache = length,
            Seconds = seconds[seconds.Length / 2],
            PlainSeconds = plainSeconds,
            OnlineBytes = last.Bytes.ClientToServer + last.Bytes.ServerToClient,
            DealtBytes = last.Bytes.DealerToServer,
            Rounds = last.Rounds,
            Shares = report.DecodeShares.ToDictionary(s => s.Key, s => new DecodeShare(s.Value.Seconds / Steps, s.Value.CpuSeconds / Steps, s.Value.ExchangeSeconds / Steps, s.Value.CorrelationSeconds / Steps)),
            PlainCpuSeconds = plainCpu,
        };
    }

    private static void Show(Report report)
    {
        Table tokens = Rendering.Table($"a decoded token of {report.Model}, {report.Transport}", "policy", "cache", "seconds", "plaintext", "ratio", "online", "dealt", "rounds", "CPU, client and server", "plaintext's", "ratio");
        Table shares = Rendering.Table("where it goes, ms a token", "policy", "cache", "process", "wall", "exchanges", "correlations", "the rest", "CPU");
        foreach (Row row in report.Rows)
        {
            double cpu = row.Shares["client"].CpuSeconds + row.Shares["server"].CpuSeconds;
            tokens.Row(row.Policy, $"{row.Cache:N0}", $"{row.Seconds:F3}", $"{row.PlainSeconds:F3}", $"{row.Seconds / row.PlainSeconds:F1}", Rendering.Bytes(row.OnlineBytes), Rendering.Bytes(row.DealtBytes), $"{row.Rounds:N0}",
                $"{cpu:F3}", $"{row.PlainCpuSeconds:F3}", $"{cpu / row.PlainCpuSeconds:F1}");
            foreach ((string process, DecodeShare s) in row.Shares)
            {
                shares.Row(row.Policy, $"{row.Cache:N0}", process, $"{s.Seconds * 1e3:F0}", $"{s.ExchangeSeconds * 1e3:F0}", $"{s.CorrelationSeconds * 1e3:F0}",
                    $"{(s.Seconds - s.ExchangeSeconds - s.CorrelationSeconds) * 1e3:F0}", $"{s.CpuSeconds * 1e3:F0}");
            }
        }

        Rendering.Errors.Write(tokens);
        Rendering.Errors.Write(shares);
    }
}
