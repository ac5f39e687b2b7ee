using System.CommandLine;
using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;

namespace MPCache.Bench;

/// <summary><c>greedy</c>: whole private generations against a reference's texts.</summary>
internal static class GreedyCommand
{
    private const double Least = 0.99;

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model(required: true, "The model: a GGUF file or a Hugging Face folder.");
        Option<string> reference = new("--reference")
        {
            Description = "Prompts with a reference's greedy tokens and margins, as JSON; the command \"reference\" writes one.",
            Required = true,
            HelpName = "FILE",
        };
        Option<int> longest = new("--longest")
        {
            Description = "Leave out longer prompts.",
            DefaultValueFactory = _ => 100,
            HelpName = "N",
        };
        Option<string[]> only = BenchOptions.Only("Run these prompts alone.");
        Option<string?> json = CommonOptions.Json("the rows");
        var command = new Command(
            "greedy",
            "Generate a reference file's texts privately and compare them token by token; under another policy than full, with the "
                + "plaintext engine's under the same policy.")
        {
            model, reference, longest, only, json,
        };
        var links = new LinkArguments(command);
        var policy = new PolicyArguments(command);
        command.Measures(async (r, cancel) =>
        {
            string[] names = r.GetValue(only)!;
            GreedyPrompt[] prompts =
            [
                .. GreedyReference.Read(r.GetValue(reference)!).Prompts
                    .Where(p => p.PromptIds.Length <= r.GetValue(longest) && (names.Length == 0 || names.Contains(p.Name))),
            ];
            if (prompts.Length == 0)
            {
                throw new ArgumentException("No prompt of the reference is left; raise --longest or change --only.");
            }

            using ModelFile file = ModelFile.Open(r.GetValue(model)!);
            LinkChoice link = links.Read(r);
            GreedyRow[] rows = await Run(file, r.GetValue(model)!, policy.Read(r), prompts, link, cancel);
            var report = new BenchReport<GreedyRow>
            {
                Bench = command.Name,
                Model = ProperName.Of(file.Config),
                Transport = link.Plane.Word(),
                Link = link.Line,
                Rows = rows,
            };
            report.Write(r.GetValue(json), _ => { });
            Demand(rows);
        });
        return command;
    }

    private static async Task<GreedyRow[]> Run(
        ModelFile model,
        string path,
        CachePolicy policy,
        GreedyPrompt[] prompts,
        LinkChoice links,
        CancellationToken cancel)
    {
        using LocalParties parties = await LocalParties.Start(path, links, once: false, cancel);
        FloatWeights? weights = policy.Name == "full" ? null : new FloatWeights(model);
        Console.Error.WriteLine("prompt               tokens  equal/compared  as predicted  prefill s  s/token");
        var rows = new List<GreedyRow>();
        foreach (GreedyPrompt given in prompts)
        {
            GreedyPrompt prompt = weights is null ? given : PlainReference.Of(weights, policy, given);
            var request = new GenerationRequest
            {
                PromptTokens = prompt.PromptIds.Length,
                MaxTokens = prompt.GreedyIds.Length,
                Policy = policy.ToText(),
                Reveal = "token",
            };
            GenerationReport report = await parties.Generate(
                prompt.PromptIds,
                request,
                new SilentObserver(),
                Cli.Client.Options(model),
                links,
                cancel);
            rows.Add(GreedyRow.Of(prompt, report));
            Console.Error.WriteLine(rows[^1].Line);
        }

        Console.Error.WriteLine($"total: {rows.Sum(r => r.Equal)} of {rows.Sum(r => r.Compared)} tokens equal");
        return [.. rows];
    }

    private static void Demand(GreedyRow[] rows)
    {
        if (rows.FirstOrDefault(r => !r.AsPredicted) is { } wrong)
        {
            throw new InvalidOperationException(
                $"Rounds or bytes of {wrong.Name} are not what the cost engine predicted. Please report this.");
        }

        int compared = rows.Sum(r => r.Compared), equal = rows.Sum(r => r.Equal);
        if (compared > 0 && equal < Least * compared)
        {
            throw new InvalidOperationException($"{equal} of {compared} tokens are the reference's, less than {Least:P0}. Is the "
                + $"reference of this model? Else please report this.");
        }
    }
}
