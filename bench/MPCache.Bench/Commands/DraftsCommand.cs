using System.CommandLine;
using MPCache.Inference;
using MPCache.Models;
using Spectre.Console;

namespace MPCache.Bench;

/// <summary><c>drafts</c>: how many tokens a pass gives where guesses are verified, on texts that are easy and hard to guess.</summary>
internal static class DraftsCommand
{
    public static Command Create()
    {
        Option<string> model = BenchOptions.Model();
        Option<string?> prompts = new("--prompts")
        {
            Description = "Prompts as JSON, a list of {name, text, chat}; by default one whose answer quotes it, one that edits code, and "
                + "one for free prose.",
            HelpName = "FILE",
        };
        Option<string?> draft = new("--draft")
        {
            Description = "A small model that guesses too, beside ngram.",
            HelpName = "FILE",
        };
        Option<int[]> tokens = new("--draft-tokens")
        {
            Description = "Tokens that a pass guesses at most; may be given several times.",
            DefaultValueFactory = _ => [2, 4, 8],
            HelpName = "D",
        };
        Option<int> most = CommonOptions.MaxTokens(64);
        Option<bool> run = new("--private")
        {
            Description = "Run each text privately too, without and with guesses, on this machine: seconds a token as measured. With "
                + "--shape-link, as on such a link.",
        };
        Option<string?> json = CommonOptions.Json("the rows");
        var command = new Command(
            "drafts",
            "Tokens that a pass gives where guessed tokens are verified: quoting, code and prose; seconds a token at each link.")
        {
            model, prompts, draft, tokens, most, run, json,
        };
        var links = new LinkArguments(command);
        command.Validators.Add(r =>
        {
            if (r.GetValue(tokens) is { } given && given.Any(d => d is < 1 or > GenerationRequest.MostDraftTokens))
            {
                r.AddError($"--draft-tokens takes numbers from 1 to {GenerationRequest.MostDraftTokens}.");
            }

            if (links.Shapes(r) && !r.GetValue(run))
            {
                r.AddError("--shape-link needs --private: without it nothing runs on a link; seconds at both links are planned anyway.");
            }
        });
        command.Measures(async (r, cancel) =>
        {
            LinkChoice link = links.Read(r);
            using ModelFile file = ModelFile.Open(r.GetValue(model)!);
            var weights = new FloatWeights(file);
            var drafted = new Drafted(file, weights, Calibration.Run(file, weights).Plan);
            using LocalParties? parties = r.GetValue(run)
                ? await LocalParties.Start(r.GetValue(model)!, link, once: false, cancel)
                : null;
            using var greedy = new Sampler(SamplingOptions.Greedy);
            var rows = new List<DraftRow>();
            foreach (PromptText what in r.GetValue(prompts) is { } path ? PromptText.Read(path) : DraftTexts.All)
            {
                int[] ids = file.Prompt(what.Text, what.Chat ?? file.Chat is { Recognised: true });
                int[] text = drafted.Write(ids, r.GetValue(most));
                if (text.Length < 2)
                {
                    throw new ArgumentException($"\"{what.Name}\": the model's answer has one token; nothing is left to guess.");
                }

                GenerationReport? without = parties is null ? null : await Private(null, 0);
                foreach (int count in r.GetValue(tokens)!)
                {
                    foreach (string? drafter in r.GetValue(draft) is { } small ? new[] { null, small } : [null])
                    {
                        string name = drafter is null ? "ngram" : Path.GetFileName(drafter);
                        DraftRow row = drafted.Guess(what, ids, text, name, Drafter(), count);
                        GenerationReport? with = parties is null ? null : await Private(Drafter(), count);
                        rows.Add(row with { PrivateSeconds = Seconds(with), PrivateSecondsWithout = Seconds(without) });
                        Console.Error.WriteLine($"{what.Name}, {row.Draft}, {count}: {row.TokensAPass:F2} tokens a pass");
                        if (with is not null && !with.Tokens.SequenceEqual(without!.Tokens))
                        {
                            throw new InvalidOperationException($"\"{what.Name}\": the private text with guesses is another one than "
                                + $"without. Two tokens may be equally likely there; else please report this.");
                        }

                        IDrafter Drafter() => drafter is null
                            ? new NgramDrafter()
                            : new ModelDrafter(DraftArguments.Weights(drafter, file), greedy);
                    }
                }

                async Task<GenerationReport> Private(IDrafter? drafter, int count)
                {
                    var request = new GenerationRequest
                    {
                        PromptTokens = ids.Length,
                        MaxTokens = text.Length,
                        Policy = "full",
                        Reveal = "token",
                        DraftTokens = count,
                    };
                    GenerationReport report = await parties!.Generate(
                        ids,
                        request,
                        new SilentObserver(),
                        Cli.Client.Options(file) with { Drafter = drafter },
                        link,
                        cancel);
                    Predictions.Demand(report);
                    return report;
                }
            }

            var report = new BenchReport<DraftRow>
            {
                Bench = command.Name,
                Model = ProperName.Of(file.Config),
                Transport = parties is null ? null : link.Plane.Word(),
                Link = link.Line,
                Rows = [.. rows],
            };
            report.Write(r.GetValue(json), Show);
        });
        return command;
    }

    private static double? Seconds(GenerationReport? report) =>
        report is { Decode.Length: > 0 } ? report.Decode.Sum(d => d.Seconds) / report.Decode.Sum(d => d.Tokens) : null;

    private static void Show(BenchReport<DraftRow> report)
    {
        Table table = Rendering.Table(
            $"guesses at texts of {report.Model}, seconds a token",
            "text",
            "draft",
            "guesses",
            "tokens",
            "passes",
            "tokens a pass",
            "rows a pass",
            "lan, planned (without)",
            "wan, planned (without)",
            "private (without)");
        foreach (DraftRow row in report.Rows)
        {
            table.Row(
                row.Name,
                row.Draft,
                $"{row.DraftTokens}",
                $"{row.Tokens}",
                $"{row.Passes}",
                $"{row.TokensAPass:F2}",
                $"{row.RowsAPass:F2}",
                $"{row.LinkSeconds["lan"]:F3} ({row.LinkSecondsWithout["lan"]:F3})",
                $"{row.LinkSeconds["wan"]:F2} ({row.LinkSecondsWithout["wan"]:F2})",
                row.PrivateSeconds is { } s ? $"{s:F3} ({row.PrivateSecondsWithout:F3})" : "");
        }

        Rendering.Errors.Write(table);
    }
}
