using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Transport;


namespace MPCache.Bench;

/// <summary>A sample of a recall suite, run privately between three processes and compared with the clear.</summary>
internal sealed class PrivateRecall(ModelFile file, string path, bool chat, CancellationToken cancel)
{
    /// <summary>Runs <paramref name="sample"/> prompts, evenly spread over the suite, under each policy.</summary>
    public async Task<PrivateSample[]> Run(
        IReadOnlyList<RecallPrompt> suite,
        IReadOnlyList<CachePolicy> policies,
        int sample,
        RecallRun clear)
    {
        var links = new LinkChoice(DataPlane.Tcp, null);
        using LocalParties parties = await LocalParties.Start(path, links, once: false, cancel);
        PrivateSample[] counts = [.. policies.Select(_ => new PrivateSample(0, 0, 0))];
        for (int i = 0; i < sample; i++)
        {
            RecallPrompt prompt = suite[(int)(((2L * i) + 1) * suite.Count / (2 * sample))];
            int[] ids = file.Prompt(prompt.Text, chat);
            GreedyPrompt[] expected = clear.Answers(prompt.Name, ids, policies);
            for (int p = 0; p < counts.Length; p++)
            {
                var request = new GenerationRequest
                {
                    PromptTokens = ids.Length,
                    MaxTokens = RecallRun.AnswerTokens,
                    Policy = policies[p].ToText(),
                    Reveal = "token",
                };
                GenerationReport report = await parties.Generate(
                    ids, request, new SilentObserver(), Cli.Client.Options(file), links, cancel);
                Predictions.Demand(report);
                bool answered = prompt.IsAnsweredBy(report.Text), same = report.Tokens.SequenceEqual(expected[p].GreedyIds);
                counts[p] = new PrivateSample(
                    counts[p].Prompts + 1,
                    counts[p].Answered + (answered ? 1 : 0),
                    counts[p].SameText + (same ? 1 : 0));
                Console.Error.WriteLine($"{prompt.Name} under {policies[p].Name}: {(answered ? "answered" : "not answered")}, "
                    + (same ? "the plaintext engine's text" : Departure(expected[p], report.Tokens)));
            }
        }

        return counts;
    }

    private string Departure(GreedyPrompt expected, int[] tokens)
    {
        int at = expected.GreedyIds.Zip(tokens).TakeWhile(t => t.First == t.Second).Count();
        string margin = at < expected.Margins.Length ? $", where the plaintext engine's margin is {expected.Margins[at]:G2}" : "";
        return $"\"{file.Tokenizer.Decode(tokens)}\" for \"{file.Tokenizer.Decode(expected.GreedyIds)}\", departing at token "
            + $"{at + 1}{margin}";
    }
}
