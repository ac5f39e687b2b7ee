using System.CommandLine;
using MPCache.Models;
using Spectre.Console;

namespace MPCache.Bench;

/// <summary><c>decode</c>: what a token costs, beside the plaintext engine, and where its time goes.</summary>
internal static class DecodeCommand
{
    public static Command Create()
    {
        Option<string> model = BenchOptions.Model();
        Option<int[]> cache = BenchOptions.Cache(128, 512);
        Option<string[]> policies = BenchOptions.Policies("full");
        Option<int> repeat = BenchOptions.Repeat(3).Positive();
        Option<bool> beside = new("--beside-insecure")
        {
            Description = "Run the same without encryption too, by turns: what encryption costs on this machine.",
        };
        Option<string?> json = CommonOptions.Json("the rows");
        var command = new Command(
            "decode",
            "Seconds, bytes and rounds of a decoded token beside the plaintext engine's, by turns, and where the time goes.")
        {
            model, cache, policies, repeat, beside, json,
        };
        var links = new LinkArguments(command);
        command.Measures(async (r, cancel) =>
        {
            LinkChoice link = links.Read(r);
            using ModelFile file = ModelFile.Open(r.GetValue(model)!);
            DecodeRow[] rows = await Decoding.Run(
                file,
                r.GetValue(model)!,
                r.GetValue(policies)!,
                r.GetValue(cache)!,
                r.GetValue(repeat),
                link,
                r.GetValue(beside),
                cancel);
            var report = new BenchReport<DecodeRow>
            {
                Bench = command.Name,
                Model = ProperName.Of(file.Config),
                Transport = link.Plane.Word(),
                Link = link.Line,
                Rows = rows,
            };
            report.Write(r.GetValue(json), Show);
        });
        return command;
    }

    private static void Show(BenchReport<DecodeRow> report)
    {
        Table tokens = Rendering.Table(
            $"a decoded token of {report.Model}, {report.Transport}",
            "policy",
            "cache",
            "seconds (median)",
            "plaintext (median)",
            "ratio, by turns",
            "over unencrypted, by turns",
            "llama.cpp (median)",
            "online",
            "dealt",
            "rounds",
            "CPU, client and server",
            "plaintext's",
            "ratio");
        Table shares = Rendering.Table(
            "where it goes, ms a token (mean)",
            "policy",
            "cache",
            "process",
            "wall",
            "exchanges",
            "correlations",
            "the rest",
            "CPU");
        foreach (DecodeRow row in report.Rows)
        {
            double cpu = row.Shares["client"].CpuSeconds + row.Shares["server"].CpuSeconds;
            tokens.Row(
                row.Policy,
                $"{row.Cache:N0}",
                $"{row.Seconds:F3}",
                $"{row.PlainSeconds:F3}",
                row.Ratio!.Show("F1"),
                row.EncryptionRatio?.Show("F3") ?? "",
                row.LlamaCppSeconds is { } llama ? $"{llama:F4}" : "",
                Rendering.Bytes(row.OnlineBytes),
                Rendering.Bytes(
                    row.DealtBytes),
                $"{row.Rounds:N0}",
                $"{cpu:F3}",
                $"{row.PlainCpuSeconds:F3}",
                $"{cpu / row.PlainCpuSeconds:F1}");
            foreach ((string process, DecodeShare s) in row.Shares)
            {
                double rest = s.Seconds - s.ExchangeSeconds - s.CorrelationSeconds;
                shares.Row([row.Policy, $"{row.Cache:N0}", process, .. new[] {
                    s.Seconds,
                    s.ExchangeSeconds,
                    s.CorrelationSeconds,
                    rest,
                    s.CpuSeconds }.Select(v => $"{v * 1e3:F0}")]);
            }
        }

        Rendering.Errors.Write(tokens);
        Rendering.Errors.Write(shares);
    }
}
