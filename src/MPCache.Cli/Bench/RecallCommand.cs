using System.CommandLine;
using MPCache.Cache;
using MPCache.Models;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache bench recall</c>: what a cache policy loses, in the clear, and a sample of it privately.</summary>
internal static class RecallCommand
{
    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "The model; the embedded one by default.", DefaultValueFactory = _ => CommonOptions.EmbeddedModel, HelpName = "FILE|FOLDER" };
        Option<string[]> policies = new("--policy") { Description = "A policy with its options; may be given several times.", DefaultValueFactory = _ => ["full", "window", "mpcache", "mpcache+"], HelpName = "TEXT" };
        Option<int> prompts = new("--prompts") { Description = "Prompts of the suite of planted facts.", DefaultValueFactory = _ => RecallSuite.DefaultPrompts, HelpName = "N" };
        Option<bool> passKeys = new("--pass-keys") { Description = "Pass keys at 300, 900 and 1,500 tokens instead, for chat models." };
        Option<int> seed = new("--seed") { Description = "Another seed, other prompts.", DefaultValueFactory = _ => 1, HelpName = "N" };
        Option<string?> curve = new("--curve") { Description = "Measure the policies at several shares of the cache and draw what they answer.", HelpName = "FILE.png" };
        Option<double[]> ratios = new("--ratio") { Description = "A share of the prompt for --curve; may be given several times.", DefaultValueFactory = _ => RecallCurve.Ratios, HelpName = "SHARE" };
        Option<int> sample = new("--private") { Description = "Run so many of the prompts privately too, under each policy, and compare with the clear.", HelpName = "N" };
        Option<string?> json = CommonOptions.Json("the rows");
        var command = new Command("recall", "How many planted facts a model still answers under each cache policy, run in the clear in floating point, and privately where asked.")
        {
            model, policies, prompts, passKeys, seed, curve, ratios, sample, json,
        };
        command.SetAction((r, cancel) => Task.Run(async () =>
        {
            Rendering.CheckJson(r.GetValue(json));
            using ModelFile file = ModelFile.Open(r.GetValue(model)!);
            IReadOnlyList<(string, CachePolicy)> measured = r.GetValue(curve) is null
                ? [.. r.GetValue(policies)!.Select(CachePolicy.Parse).Select(p => (p.Name, p))]
                : RecallCurve.Policies(r.GetValue(ratios)!);
            bool chat = r.GetValue(passKeys) && file.Chat is { Recognised: true };
            IReadOnlyList<RecallPrompt> suite = r.GetValue(passKeys)
                ? PassKeys(file, chat, r.GetValue(seed))
                : RecallSuite.Create(text => file.Prompt(text, false).Length, r.GetValue(seed), r.GetValue(prompts));
            var run = new RecallRun(file, chat);
            RecallRow[] rows = run.Run(suite, measured, cancel);
            if (r.GetValue(sample) is > 0 and int count)
            {
                PrivateRecall.Count[] counts = await new PrivateRecall(file, r.GetValue(model)!, chat, cancel).Run(suite, [.. measured.Select(m => m.Item2)], Math.Min(count, suite.Count), run);
                rows = [.. rows.Zip(counts, (row, c) => row with { Private = new PrivateSample(c.Prompts, c.Answered, c.SameText) })];
            }

            if (r.GetValue(json) is { } path)
            {
                Rendering.WriteJson(path, rows);
            }

            if (r.GetValue(curve) is { } picture)
            {
                Pictures.Curve(picture, $"{file.Config.Name}: {suite.Count} prompts of {suite.Min(p => p.Tokens)} to {suite.Max(p => p.Tokens)} tokens", rows);
            }

            if (r.GetValue(json) != "-")
            {
                Show(rows);
            }

            return ExitCode.Success;
        }, CancellationToken.None));
        return command;
    }

    // The template's own tokens are taken off the lengths, so that whole prompts have them.
    private static IReadOnlyList<RecallPrompt> PassKeys(ModelFile file, bool chat, int seed)
    {
        int template = chat ? file.Prompt("", chat).Length : 0;
        return RecallSuite.PassKeys(text => file.Prompt(text, false).Length, [300 - template, 900 - template, 1500 - template], seed: seed);
    }

    private static void Show(RecallRow[] rows)
    {
        Table table = Rendering.Table("planted facts", "policy", "answered", "attended", "privately answered", "same text");
        foreach (RecallRow row in rows)
        {
            table.Row(row.Policy, $"{row.Answered} of {row.Prompts}", $"{row.Attended:P1}", row.Private is { } p ? $"{p.Answered} of {p.Prompts}" : "-", row.Private is { } s ? $"{s.SameText} of {s.Prompts}" : "-");
        }

        AnsiConsole.Write(table);
    }
}
