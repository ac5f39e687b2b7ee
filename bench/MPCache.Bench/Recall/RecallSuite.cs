namespace MPCache.Bench;

/// <summary>
/// Prompts that measure what a cache policy loses: each hangs on one line planted far back. The same arguments give the same prompts for
/// ever.
/// </summary>
internal static class RecallSuite
{
    /// <summary>Prompts of the suite unless said otherwise.</summary>
    public const int DefaultPrompts = 120;

    private const int Facts = 3;

    // The words that the embedded model was trained on (models/scribe/train.py).
    public static readonly string[] Things =
        "seal key gate well sword lamp field tent ring stone robe staff altar ship vineyard chariot crown scroll bowl tower".Split(' ');

    /// <summary>
    /// For the embedded model: three facts a prompt, <c>The seal of Tamar is 48213.</c>, between verses, and at the end
    /// <c>Question: What is the seal of Tamar?</c> with <c>Answer:</c> on the next line. Lengths rise evenly from
    /// <paramref name="shortest"/> to
    /// <paramref name="longest"/>; the fact in question stands at ten depths in turn, the two others anywhere.
    /// </summary>
    /// <param name="countTokens">Tokens of a text, by the model's tokenizer.</param>
    /// <param name="seed">Another seed, another suite.</param>
    /// <param name="prompts">How many.</param>
    /// <param name="shortest">Tokens of the shortest prompt, at most.</param>
    /// <param name="longest">Tokens of the longest prompt, at most.</param>
    /// <exception cref="ArgumentException">The shortest length does not hold question and facts, or a count makes no sense.</exception>
    public static IReadOnlyList<RecallPrompt> Create(
        Func<string, int> countTokens, int seed = 1, int prompts = DefaultPrompts, int shortest = 256, int longest = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prompts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, shortest);
        var builder = new PromptBuilder(countTokens);
        var suite = new RecallPrompt[prompts];
        for (int i = 0; i < prompts; i++)
        {
            // A generator for each prompt, so that a prompt does not change with the number of the others.
            var random = new SplitMix(((ulong)(uint)seed << 32) + (uint)i);
            int length = prompts == 1 ? longest : shortest + (int)((long)(longest - shortest) * i / (prompts - 1));
            double depth = (i * 7 % 10 + 0.5) / 10;
            suite[i] = Fact(builder, random, $"recall-{i:d3}-{length}", length, depth);
        }

        return suite;
    }

    /// <summary>
    /// For a chat model: one pass key between verses, asked for at the end. One prompt for each length (300, 900 and 1,500 tokens unless
    /// said
    /// otherwise) and depth.
    /// </summary>
    /// <param name="countTokens">Tokens of a text, by the model's tokenizer; the caller leaves room for its chat template in the
    /// lengths.</param>
    /// <param name="lengths">Tokens of each prompt, at most.</param>
    /// <param name="depths">Where the key stands, 0 to 1; 0.1, 0.5 and 0.9 unless said otherwise.</param>
    /// <param name="seed">Another seed, another suite.</param>
    /// <exception cref="ArgumentException">A length does not hold question and key.</exception>
    public static IReadOnlyList<RecallPrompt> PassKeys(
        Func<string, int> countTokens, IReadOnlyList<int>? lengths = null, IReadOnlyList<double>? depths = null, int seed = 1)
    {
        var builder = new PromptBuilder(countTokens);
        var suite = new List<RecallPrompt>();
        foreach (int length in lengths ?? [300, 900, 1500])
        {
            foreach (double depth in depths ?? [0.1, 0.5, 0.9])
            {
                var random = new SplitMix(((ulong)(uint)seed << 32) + 0x80000000 + (uint)suite.Count);
                string key = random.FiveDigits();
                var (text, tokens, starts) = builder.Build(
                    random, length, "Somewhere below is a pass key. Remember it.\n",
                    [($"The pass key is {key}. Remember it, {key} is the pass key.\n", depth)], "What is the pass key? Answer with the "
                        + "number.");
                suite.Add(new RecallPrompt(
                    string.Create(System.Globalization.CultureInfo.InvariantCulture, $"passkey-{length}-{depth}"),
                    text,
                    key,
                    tokens,
                    starts[0]));
            }
        }

        return suite;
    }

    private static RecallPrompt Fact(PromptBuilder builder, SplitMix random, string name, int length, double depth)
    {
        var facts = new List<(string Owned, string Value, double Depth)>();
        while (facts.Count < Facts)
        {
            string owned = $"{random.Pick(Things)} of {random.Pick(FillerText.Names)}";
            string value = random.FiveDigits();
            if (facts.All(f => f.Owned != owned && f.Value != value))
            {
                facts.Add((owned, value, facts.Count == 0 ? depth : random.Below(1000) / 1000.0));
            }
        }

        var (asked, answer, _) = facts[0];
        var planted = facts.OrderBy(f => f.Depth).ToList();
        var (text, tokens, starts) = builder.Build(
            random, length, "", [.. planted.Select(
                f => ($"The {f.Owned} is {f.Value}.\n", f.Depth))], $"Question: What is the {asked}?\nAnswer:");
        return new RecallPrompt(name, text, answer, tokens, starts[planted.FindIndex(f => f.Owned == asked)]);
    }
}
