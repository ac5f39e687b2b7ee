using System.CommandLine;
using MPCache.Models;
using Spectre.Console;

namespace MPCache.Bench;

/// <summary><c>ablation</c>: the paper's ablation, on the wire or planned.</summary>
internal static class AblationCommand
{
    public static Command Create()
    {
        Option<string> model = BenchOptions.Model();
        Option<string?> plan = new("--plan")
        {
            Description = $"Plan for a model instead of running: {string.Join(", ", ModelConfig.KnownNames)}.",
            HelpName = "NAME",
        };
        Option<int[]> cache = BenchOptions.Cache(512, 1024);
        Option<string[]> policies = BenchOptions.Policies(Ablation.Policies);
        Option<int> repeat = BenchOptions.Repeat(3).Positive();
        Option<string?> json = CommonOptions.Json("the rows");
        Option<string?> picture = BenchOptions.Picture("attention's bytes, and seconds where they were measured");
        var command = new Command(
            "ablation",
            "A decoding step under the full cache, under each of the paper's steps towards MPCache, and under mpcache+.")
        {
            model, plan, cache, policies, repeat, json, picture,
        };
        var links = new LinkArguments(command);
        command.Measures(async (r, cancel) =>
        {
            (int[] lengths, string[] texts) = (r.GetValue(cache)!, r.GetValue(policies)!);
            BenchReport<AblationRow> report;
            if (r.GetValue(plan) is { } name)
            {
                ModelConfig known = ModelConfig.Known(name)
                    ?? throw new ArgumentException($"--plan takes {string.Join(", ", ModelConfig.KnownNames)}; not \"{name}\".");
                report = new() { Bench = command.Name, Model = known.Name, Planned = true, Rows = Ablation.Plan(known, texts, lengths) };
            }
            else
            {
                LinkChoice link = links.Read(r);
                using ModelFile file = ModelFile.Open(r.GetValue(model)!);
                AblationRow[] rows = await Ablation.Run(file, r.GetValue(model)!, texts, lengths, r.GetValue(repeat), link, cancel);
                report = new()
                {
                    Bench = command.Name,
                    Model = ProperName.Of(file.Config),
                    Transport = link.Plane.Word(),
                    Link = link.Line,
                    Rows = rows,
                };
            }

            report.Write(r.GetValue(json), Show);
            if (r.GetValue(picture) is { } path)
            {
                AblationPicture.Draw(report, path);
            }
        });
        return command;
    }

    private static void Show(BenchReport<AblationRow> report)
    {
        string first = report.Rows[0].Policy;
        string[] times = report.Planned ? [] : ["seconds (median)", $"over {first}"];
        string[] costs = ["online", "attention", $"{first} over it", "rounds", "dealt", "once: online", "once: dealt"];
        Table table = Rendering.Table(
            $"one decoding step of {report.Model}{(report.Planned ? ", planned" : "")}",
            ["policy", "cache", "attended", .. times, .. costs]);
        table.Columns[0].NoWrap();
        foreach (AblationRow row in report.Rows)
        {
            AblationRow to = report.Rows.First(f => f.Cache == row.Cache && f.Policy == first);
            string[] taken = report.Planned ? [] : [$"{row.Seconds:F3}", row.Ratio?.Show("F2") ?? "-"];
            table.Row([
                row.Policy, $"{row.Cache:N0}", $"{row.Attended:P0}", .. taken,
                Rendering.Bytes(row.OnlineBytes), Rendering.Bytes(
                    row.AttentionBytes), $"{(double)to.AttentionBytes / row.AttentionBytes:F2}", $"{row.Rounds:N0}",
                Rendering.Bytes(row.DealtBytes), Rendering.Bytes(row.OnceOnlineBytes), Rendering.Bytes(row.OnceDealtBytes),
            ]);
        }

        Rendering.Errors.Write(table);
        Rendering.Errors.WriteLine((report.Planned ? "" : $"Seconds over those of {first} in runs by turns: median (quartiles). ")
            + "Once: eviction after the prompt and cluster vectors.");
    }
}
