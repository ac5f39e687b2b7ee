using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary>A sample of a recall suite, run privately between three processes and compared with the clear.</summary>
internal sealed class PrivateRecall(ModelFile file, string path, bool chat, CancellationToken cancel)
{
    /// <summary>Of the prompts run under one policy: how many were answered, how many texts were the plaintext engine's.</summary>
    public readonly record struct Count(int Prompts, int Answered, int SameText);

    /// <summary>Runs <paramref name="sample"/> prompts, evenly spread over the suite, under each policy.</summary>
    public async Task<Count[]> Run(IReadOnlyList<RecallPrompt> suite, IReadOnlyList<CachePolicy> policies, int sample, RecallRun clear)
    {
        var links = new LinkChoice(DataPlane.Tcp, null);
        using LocalProcess dealer = await LocalProcess.Start("dealer", ["--listen", "tcp://127.0.0.1:0", "--transport", links.Plane.Word()], cancel);
        using LocalProcess server = await LocalProcess.Start("server", ["--model", path, "--listen", "tcp://127.0.0.1:0", "--dealer", dealer.Address, "--transport", links.Plane.Word()], cancel);
        var counts = new Count[policies.Count];
        for (int i = 0; i < sample; i++)
        {
            RecallPrompt prompt = suite[(int)(((2L * i) + 1) * suite.Count / (2 * sample))];
            int[] ids = file.Prompt(prompt.Text, chat);
            string[] expected = clear.Answers(ids, policies);
            for (int p = 0; p < counts.Length; p++)
            {
                var request = new GenerationRequest { PromptTokens = ids.Length, MaxTokens = RecallRun.AnswerTokens, Policy = policies[p].ToText(), Reveal = "token" };
                string text = Client.Generate(server.Address, dealer.Address, ids, request, new SilentObserver(), tokens => file.Tokenizer.Decode(tokens), links, cancel).Text;
                counts[p] = new Count(counts[p].Prompts + 1, counts[p].Answered + (prompt.IsAnsweredBy(text) ? 1 : 0), counts[p].SameText + (text == expected[p] ? 1 : 0));
                Console.Error.WriteLine($"{prompt.Name} under {policies[p].Name}: {(prompt.IsAnsweredBy(text) ? "answered" : "not answered")}, {(text == expected[p] ? "the plaintext engine's text" : $"\"{text}\" for \"{expected[p]}\"")}");
            }
        }

        return counts;
    }
}
