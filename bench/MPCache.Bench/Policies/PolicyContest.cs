using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;

namespace MPCache.Bench;

/// <summary>Runs each prompt once with the full cache and goes on from there under every policy at every budget.</summary>
internal sealed class PolicyContest(ModelFile file, IReadOnlyList<PolicyContest.Entry> entries, CancellationToken cancel)
{
    private const int AnswerTokens = 16;

    private readonly FloatWeights _weights = new(file);
    private readonly (long Attended, long Full)[] _counts = new (long, long)[entries.Count];

    /// <summary>A policy at a share of the prompt.</summary>
    internal sealed record Entry(CachePolicy Policy, double Budget)
    {
        /// <summary>The policy for a prompt of so many tokens.</summary>
        public CachePolicy For(int prompt) => Policy.AtBudget(prompt, Math.Max(4, (int)Math.Round(Budget * prompt))).Validated();
    }

    /// <summary>Share of the full cache that each entry's steps attended to so far.</summary>
    public double Attended(int entry) => (double)_counts[entry].Attended / _counts[entry].Full;

    /// <summary>Answers of each entry.</summary>
    public Rate[] Answer(IReadOnlyList<RecallPrompt> suite)
    {
        Rate[] rates = [.. entries.Select(_ => new Rate(0, 0))];
        foreach (RecallPrompt prompt in suite)
        {
            FloatPrompt started = FloatPrompt.Run(_weights, file.Prompt(prompt.Text, false));
            for (int e = 0; e < rates.Length; e++)
            {
                cancel.ThrowIfCancellationRequested();
                var program = new FloatProgram(_weights, entries[e].For(started.Tokens), started);
                List<int> answer = [FloatProgram.Largest(started.Logits.Span)];
                while (answer.Count < AnswerTokens && !file.Config.EndTokens.Contains(answer[^1]))
                {
                    answer.Add(FloatProgram.Largest(program.Step([answer[^1]])));
                }

                rates[e] += new Rate(prompt.IsAnsweredBy(file.Tokenizer.Decode([.. answer])) ? 1 : 0, 1);
                Count(e, program);
            }

            Console.Error.WriteLine($"{prompt.Name}: {prompt.Tokens} tokens");
        }

        return rates;
    }

    /// <summary>Perplexity of each entry on the last quarter of texts of so many tokens, where the rest is the prompt.</summary>
    public double[] Perplexity(int texts, int length, int seed)
    {
        double[] bits = new double[entries.Count];
        int predicted = 0;
        for (int i = 0; i < texts; i++)
        {
            int from = new SplitMix(((ulong)(uint)seed << 32) + 0x40000000 + (uint)i).Below(FillerText.Verses.Count);
            IEnumerable<string> verses = Enumerable.Range(from, FillerText.Verses.Count)
                .Select(v => FillerText.Verses[v % FillerText.Verses.Count]);
            int[] tokens = file.Prompt(string.Join('\n', verses.Take(length)), false)[..length]; // a verse has more than a token
            int prompt = 3 * length / 4;
            FloatPrompt started = FloatPrompt.Run(_weights, tokens[..prompt]);
            predicted += length - prompt;
            for (int e = 0; e < bits.Length; e++)
            {
                cancel.ThrowIfCancellationRequested();
                var program = new FloatProgram(_weights, entries[e].For(prompt), started);
                ReadOnlySpan<float> logits = started.Logits.Span;
                for (int t = prompt; t < length; t++)
                {
                    bits[e] += Surprise(logits, tokens[t]);
                    logits = t + 1 < length ? program.Step([tokens[t]]) : default;
                }

                Count(e, program);
            }

            Console.Error.WriteLine($"perplexity, text {i + 1} of {texts}");
        }

        return [.. bits.Select(b => Math.Exp(b / predicted))];
    }

    private void Count(int entry, FloatProgram program)
        => _counts[entry] = (_counts[entry].Attended + program.Attention.Attended, _counts[entry].Full + program.Attention.Full);

    /// <summary>-ln of a token's probability.</summary>
    private static double Surprise(ReadOnlySpan<float> logits, int token)
    {
        double largest = logits[FloatProgram.Largest(logits)], sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return Math.Log(sum) + largest - logits[token];
    }
}
