using System.CommandLine;
using System.Text.Json;
using MPCache.Cache;
using MPCache.Models;
using Spectre.Console;

namespace MPCache.Bench;

/// <summary><c>recall</c>: what a cache policy loses, in the clear, and a sample of it privately.</summary>
internal static class RecallCommand
{
    public static Command Create()
    {
        Option<string> model = BenchOptions.Model();
        Option<string[]> policies = BenchOptions.Policies("full", "window", "mpcache", "mpcache+");
        Option<int> prompts = new("--prompts")
        {
            Description = "Prompts of the suite of planted facts.",
            DefaultValueFactory = _ => RecallSuite.DefaultPrompts,
            HelpName = "N",
        };
        Option<bool> passKeys = new("--pass-keys") { Description = "Pass keys at 300, 900 and 1,500 tokens instead, for chat models." };
        Option<int> seed = new("--seed") { Description = "Another seed, other prompts.", DefaultValueFactory = _ => 1, HelpName = "N" };
        Option<string?> curve = new("--curve")
        {
            Description = "Measure the policies at several shares of the cache and draw what they answer.",
            HelpName = "FILE.png",
        };
        Option<double[]> ratios = new("--ratio")
        {
            Description = "A share of the prompt for --curve; may be given several times.",
            DefaultValueFactory = _ => RecallCurve.Ratios,
            HelpName = "SHARE",
        };
        Option<int> sample = new("--private")
        {
            Description = "Run so many of the prompts privately too, under each policy, and compare with the clear.",
            HelpName = "N",
        };
        Option<string?> from = new("--from")
        {
            Description = "Run nothing and draw --curve again from a file that --json wrote.",
            HelpName = "FILE.json",
        };
        Option<string?> json = CommonOptions.Json("the rows");
        var command = new Command("recall", "How many planted facts a model still answers under each cache policy, run in the clear in "
            + "floating point, and privately where asked.")
        {
            model, policies, prompts.Positive(), passKeys, seed, curve, ratios, sample, from, json,
        };
        command.Measures(async (r, cancel) =>
        {
            if (r.GetValue(from) is { } earlier)
            {
                string target = r.GetValue(curve) ?? throw new ArgumentException("--from needs --curve: where to draw.");
                RecallPicture.Draw(Read(earlier), target);
                return;
            }

            using ModelFile file = ModelFile.Open(r.GetValue(model)!);
            IReadOnlyList<(string Family, CachePolicy Policy)> measured = r.GetValue(curve) is null
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
                var inPrivate = new PrivateRecall(file, r.GetValue(model)!, chat, cancel);
                PrivateSample[] samples = await inPrivate.Run(
                    suite,
                    [.. measured.Select(m => m.Policy)],
                    Math.Min(count, suite.Count),
                    run);
                rows = [.. rows.Zip(samples, (row, s) => row with { Private = s })];
            }

            var report = new BenchReport<RecallRow> { Bench = command.Name, Model = ProperName.Of(file.Config), Rows = rows };
            report.Write(r.GetValue(json), Show);
            if (r.GetValue(curve) is { } picture)
            {
                RecallPicture.Draw(report, picture);
            }
        });
        return command;
    }

    private static BenchReport<RecallRow> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<BenchReport<RecallRow>>(File.ReadAllText(path)) is { Rows.Length: > 0 } report
                ? report
                : throw new ArgumentException($"{path} holds no rows.");
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{path} is not what recall --json writes: {e.Message}", e);
        }
    }

    // The template's own tokens are taken off the lengths, so that whole prompts have them.
    private static IReadOnlyList<RecallPrompt> PassKeys(ModelFile file, bool chat, int seed)
    {
        int template = chat ? file.Prompt("", chat).Length : 0;
        return RecallSuite.PassKeys(text => file.Prompt(text, false).Length, [300 - template, 900 - template, 1500 - template], seed: seed);
    }

    private static void Show(BenchReport<RecallRow> report)
    {
        Table table = Rendering.Table("planted facts", "policy", "answered", "attended", "privately answered", "same text");
        foreach (RecallRow row in report.Rows)
        {
            (string answered, string same) = row.Private is { } p
                ? ($"{p.Answered} of {p.Prompts}", $"{p.SameText} of {p.Prompts}")
                : ("-", "-");
            table.Row(row.Policy, $"{row.Answered} of {row.Prompts}", $"{row.Attended:P1}", answered, same);
        }

        AnsiConsole.Write(table);
    }
}
