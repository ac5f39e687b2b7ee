using System.CommandLine;
using MPCache.Models;
using Spectre.Console;

namespace MPCache.Bench;

/// <summary><c>packs</c>: a token with the dealer out of the way beside one with a dealer, and kills at random moments.</summary>
internal static class PackBenchCommand
{
    public static Command Create()
    {
        Option<string> model = BenchOptions.Model();
        Option<int> cache = new("--cache")
        {
            Description = "Tokens in the cache when the step begins.",
            DefaultValueFactory = _ => 128,
            HelpName = "N",
        };
        Option<string> policy = new("--policy") { Description = "A policy.", DefaultValueFactory = _ => "full", HelpName = "TEXT" };
        Option<int> repeat = BenchOptions.Repeat(5).Positive();
        Option<int> kills = new("--kills")
        {
            Description = "Measure no time: kill client or server of so many sessions at random moments, and demand that no pack is used "
                + "twice, none is lost that was not begun, and nothing hangs.",
            HelpName = "N",
        };
        Option<int> seed = new("--seed") { Description = "With --kills: of the moments.", DefaultValueFactory = _ => 1, HelpName = "N" };
        Option<string?> json = CommonOptions.Json("the rows");
        var command = new Command("packs", "A decoded token from packs beside one with a dealer online, by turns; or packs under kills.")
        {
            model, cache.Positive(), policy, repeat, kills, seed, json,
        };
        var links = new LinkArguments(command);
        command.Measures(async (r, cancel) =>
        {
            string path = r.GetValue(model)!;
            if (r.GetResult(kills) is not null)
            {
                using var under = new PackKills(path);
                new BenchReport<PackKillsRow> { Bench = "packs", Rows = [under.Run(r.GetValue(kills), r.GetValue(seed), cancel)] }
                    .Write(r.GetValue(json), Show);
                return;
            }

            LinkChoice link = links.Read(r);
            using ModelFile file = ModelFile.Open(path);
            PackRow[] rows = await PackRuns.Run(file, path, r.GetValue(policy)!, r.GetValue(cache), r.GetValue(repeat), link, cancel);
            new BenchReport<PackRow>
            {
                Bench = command.Name,
                Model = ProperName.Of(file.Config),
                Transport = link.Plane.Word(),
                Link = link.Line,
                Rows = rows,
            }.Write(r.GetValue(json), Show);
        });
        return command;
    }

    private static void Show(BenchReport<PackRow> report)
    {
        Table table = Rendering.Table($"a decoded token of {report.Model}, {report.Transport}", "", "seconds", "to a dealer's", "fill");
        foreach (PackRow row in report.Rows)
        {
            table.Row(row.Way, row.Seconds.Show("F4"), row.Ratio.Show("F2"), $"{row.Prompt:F2}");
        }

        AnsiConsole.Write(table);
    }

    private static void Show(BenchReport<PackKillsRow> report)
    {
        PackKillsRow row = report.Rows[0];
        AnsiConsole.WriteLine($"{row.Clients} clients and {row.Servers} servers were killed ({row.Finished} sessions were over by then). "
            + $"Of {row.Packs} packs {row.Begun} were begun, none twice; none was lost that was not begun; nothing hung.");
    }
}
