using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;


namespace MPCache.Bench;

/// <summary>Runs each prompt once with the full cache and goes on from there under every policy.</summary>
internal sealed class RecallRun(ModelFile file, bool chat)
{
    /// <summary>Tokens of an answer at most.</summary>
    public const int AnswerTokens = 16;

    private readonly FloatWeights _weights = new(file);

    public RecallRow[] Run(
        IReadOnlyList<RecallPrompt> suite,
        IReadOnlyList<(string Family, CachePolicy Policy)> policies,
        CancellationToken cancel)
    {
        var sums = new (int Answered, long Attended, long Full)[policies.Count];
        foreach (RecallPrompt prompt in suite)
        {
            FloatPrompt started = FloatPrompt.Run(_weights, file.Prompt(prompt.Text, chat));
            for (int i = 0; i < sums.Length; i++)
            {
                cancel.ThrowIfCancellationRequested();
                var (text, attended, full) = Answer(started, policies[i].Policy);
                sums[i] = (sums[i].Answered + (prompt.IsAnsweredBy(text) ? 1 : 0), sums[i].Attended + attended, sums[i].Full + full);
            }
        }

        return
        [
            .. policies.Zip(sums, (p, s) => new RecallRow
            {
                Family = p.Family,
                Policy = p.Policy.ToText(),
                Answered = s.Answered,
                Prompts = suite.Count,
                Shortest = suite.Min(q => q.Tokens),
                Longest = suite.Max(q => q.Tokens),
                Attended = (double)s.Attended / s.Full,
            }),
        ];
    }

    /// <summary>The plaintext engine's answers to one prompt under each policy, with their margins.</summary>
    public GreedyPrompt[] Answers(string name, int[] prompt, IReadOnlyList<CachePolicy> policies) =>
        [.. policies.Select(p => PlainReference.Of(_weights, p, new GreedyPrompt(name, prompt, new int[AnswerTokens], [])))];

    private (string Text, long Attended, long Full) Answer(FloatPrompt prompt, CachePolicy policy)
    {
        var program = new FloatProgram(_weights, policy, prompt);
        List<int> answer = [FloatProgram.Largest(prompt.Logits.Span)];
        while (answer.Count < AnswerTokens && !file.Config.EndTokens.Contains(answer[^1]))
        {
            answer.Add(FloatProgram.Largest(program.Step([answer[^1]])));
        }

        return (file.Tokenizer.Decode([.. answer]), program.Attention.Attended, program.Attention.Full);
    }
}
