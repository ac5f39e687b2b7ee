using System.CommandLine;
using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;

namespace MPCache.Bench;

/// <summary><c>reference</c>: greedy texts of the plaintext engine in single precision, for <c>greedy</c>.</summary>
internal static class ReferenceCommand
{
    public static Command Create()
    {
        Option<string> model = BenchOptions.Model();
        Option<string> prompts = new("--prompts")
        {
            Description = "Prompts as JSON: a list of {name, text, chat}; chat may be left out (the model's template, where it has one).",
            Required = true,
            HelpName = "FILE",
        };
        Option<int> maxTokens = CommonOptions.MaxTokens(20);
        Option<string> target = new("--out") { Description = "Where to write the reference.", Required = true, HelpName = "FILE" };
        var command = new Command(
            "reference",
            "Write greedy texts of the plaintext engine in single precision, with margins, for greedy to compare with.")
        {
            model, prompts, maxTokens, target,
        };
        var policy = new PolicyArguments(command);
        command.Measures((r, cancel) =>
        {
            Rendering.CheckJson(r.GetValue(target));
            PromptText[] texts = PromptText.Read(r.GetValue(prompts)!);
            CachePolicy cache = policy.Read(r);
            using ModelFile file = ModelFile.Open(r.GetValue(model)!);
            var weights = new FloatWeights(file);
            var written = new List<GreedyPrompt>();
            foreach (PromptText prompt in texts)
            {
                cancel.ThrowIfCancellationRequested();
                int[] ids = file.Prompt(prompt.Text, prompt.Chat ?? file.Chat is { Recognised: true });
                new GenerationRequest { PromptTokens = ids.Length, MaxTokens = r.GetValue(maxTokens), Policy = "full", Reveal = "token" }
                    .Check(file.Config);
                Console.Error.WriteLine($"{prompt.Name}: {ids.Length} tokens");
                written.Add(PlainReference.Of(weights, cache, new GreedyPrompt(prompt.Name, ids, new int[r.GetValue(maxTokens)], [])));
            }

            Rendering.WriteJson(r.GetValue(target)!, new GreedyReference([.. written]));
            return Task.CompletedTask;
        });
        return command;
    }
}
