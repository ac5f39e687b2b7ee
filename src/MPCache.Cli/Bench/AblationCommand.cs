using System.CommandLine;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Transport;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache bench ablation</c>: the paper's ablation, on the wire or planned.</summary>
internal static class AblationCommand
{
    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "The model; the embedded one by default.", DefaultValueFactory = _ => CommonOptions.EmbeddedModel, HelpName = "FILE|FOLDER" };
        Option<string?> plan = new("--plan") { Description = $"Plan for a model instead of running: {string.Join(", ", ModelConfig.KnownNames)}.", HelpName = "NAME" };
        Option<string> cache = new("--cache") { Description = "Tokens in the cache when the step begins, before anything is evicted.", DefaultValueFactory = _ => "512,1024", HelpName = "N,N" };
        Option<string[]> policies = new("--policy") { Description = "A policy with its options instead of the ablation's; may be given several times.", HelpName = "TEXT" };
        Option<string?> json = CommonOptions.Json("the rows");
        Option<string?> picture = new("--picture") { Description = "Draw the rows.", HelpName = "FILE.png" };
        Option<DataPlane> transport = CommonOptions.Transport();
        Option<string> shapeLink = CommonOptions.ShapeLink();
        Option<bool> shapeDealer = CommonOptions.ShapeDealer();
        var command = new Command("ablation", "A decoding step under the full cache, under each of the paper's steps towards MPCache, and under mpcache+.") { model, plan, cache, policies, json, picture, transport, shapeLink, shapeDealer };
        command.SetAction((r, cancel) => Task.Run(async () =>
        {
            int[] lengths = Lengths(r.GetValue(cache)!);
            string[] texts = r.GetValue(policies) is { Length: > 0 } given ? given : Ablation.Policies;
            Rendering.CheckJson(r.GetValue(json));
            AblationReport report = r.GetValue(plan) is { } name
                ? Ablation.Plan(ModelConfig.Known(name) ?? throw new ArgumentException($"--plan takes {string.Join(", ", ModelConfig.KnownNames)}; not \"{name}\"."), texts, lengths)
                : await Ablation.Run(r.GetValue(model)!, texts, lengths, new LinkChoice(r.GetValue(transport), CommonOptions.Shape(r.GetValue(shapeLink), r.GetValue(shapeDealer))), cancel);
            Show(report);
            if (r.GetValue(json) is { } path)
            {
                Rendering.WriteJson(path, report);
            }

            if (r.GetValue(picture) is { } file)
            {
                AblationPicture.Draw(report, file);
            }

            return ExitCode.Success;
        }, CancellationToken.None));
        return command;
    }

    /// <summary>Reads cache lengths.</summary>
    internal static int[] Lengths(string list)
    {
        int[] lengths = [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(s => int.TryParse(s, out int n) && n > 0 ? n : throw new ArgumentException($"--cache takes numbers of tokens separated by commas, such as 512,1024; not \"{s}\"."))];
        return lengths.Length > 0 ? lengths : throw new ArgumentException("--cache needs at least one number of tokens.");
    }

    private static void Show(AblationReport report)
    {
        Table table = Rendering.Table($"one decoding step of {report.Model}{(report.Planned ? ", planned" : "")}", "policy", "cache", "attended", "seconds", "x full", "online", "attention", "x full", "rounds", "dealt", "once: online", "once: dealt");
        foreach (AblationRow row in report.Rows)
        {
            AblationRow full = report.Rows.FirstOrDefault(f => f.Cache == row.Cache && f.Policy == "full") ?? row;
            table.Row(row.Policy, $"{row.Cache:N0}", $"{row.Attended:P0}", row.Seconds is { } s ? $"{s:F3}" : "-", row.Seconds is { } own && full.Seconds is { } other ? $"{other / own:F2}" : "-",
                Rendering.Bytes(row.OnlineBytes), Rendering.Bytes(row.AttentionBytes), $"{(double)full.AttentionBytes / row.AttentionBytes:F2}", $"{row.Rounds:N0}", Rendering.Bytes(row.DealtBytes),
                Rendering.Bytes(row.OnceOnlineBytes), Rendering.Bytes(row.OnceDealtBytes));
        }

        Rendering.Errors.Write(table);
        Rendering.Errors.WriteLine("x full: how many times less than the full cache. Once: eviction after the prompt and cluster vectors.");
    }
}
