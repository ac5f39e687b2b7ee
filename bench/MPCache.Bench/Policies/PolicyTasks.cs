namespace MPCache.Bench;

/// <summary>What policies are compared by: prompts made from a seed and public-domain verses, the same for ever.</summary>
internal static class PolicyTasks
{
    /// <summary>Text whose last quarter is predicted token by token; it has a perplexity and no answer.</summary>
    public const string Perplexity = "perplexity";

    private const int CopiedWords = 4; // to be written on; as many and more are given

    /// <summary>Tasks with an answer.</summary>
    public static IReadOnlyList<string> Answered { get; } = ["needle", "several", "passkey", "copying", "tracking", "words"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Answered, Perplexity];

    /// <summary>Prompts of a task, their lengths evenly from the shortest to the longest.</summary>
    /// <param name="task">One of <see cref="Answered"/>.</param>
    /// <param name="countTokens">Tokens of a text.</param>
    /// <param name="seed">Another seed, other prompts.</param>
    /// <param name="prompts">How many.</param>
    /// <param name="shortest">Tokens of the shortest.</param>
    /// <param name="longest">Tokens of the longest.</param>
    public static IReadOnlyList<RecallPrompt> Create(
        string task, Func<string, int> countTokens, int seed, int prompts, int shortest, int longest)
    {
        if (task == "needle")
        {
            return RecallSuite.Create(countTokens, seed, prompts, shortest, longest);
        }

        var builder = new PromptBuilder(countTokens);
        return
        [
            .. Enumerable.Range(0, prompts).Select(i =>
            {
                var random = new SplitMix(((ulong)(uint)seed << 32) + ((ulong)Answered.ToList().IndexOf(task) << 24) + (uint)i);
                int length = prompts == 1 ? longest : shortest + (int)((long)(longest - shortest) * i / (prompts - 1));
                double depth = ((i * 7 % 10) + 0.5) / 10;
                string name = $"{task}-{i:d3}-{length}";
                return task switch
                {
                    "several" => Several(builder, random, name, length),
                    "passkey" => PassKey(builder, random, name, length, depth),
                    "copying" => Copying(builder, random, name, length),
                    "tracking" => Tracking(builder, random, name, length),
                    _ => Words(builder, random, name, length),
                };
            }),
        ];
    }

    private static string Thing(SplitMix random) => $"{random.Pick(RecallSuite.Things)} of {random.Pick(FillerText.Names)}";

    /// <summary>Eight facts, one of them asked for.</summary>
    private static RecallPrompt Several(PromptBuilder builder, SplitMix random, string name, int length)
    {
        var facts = new Dictionary<string, string>();
        while (facts.Count < 8)
        {
            facts[Thing(random)] = random.FiveDigits();
        }

        string asked = random.Pick([.. facts.Keys]);
        return Ask(builder, random, name, length, [.. facts.Select(f => $"The {f.Key} is {f.Value}.\n")],
            $"Question: What is the {asked}?\nAnswer:", facts[asked]);
    }

    private static RecallPrompt PassKey(PromptBuilder builder, SplitMix random, string name, int length, double depth)
    {
        string key = random.FiveDigits();
        (string text, int tokens, double[] starts) = builder.Build(
            random, length, "", [($"The pass key is {key}. Remember it, {key} is the pass key.\n", depth)], "The pass key is");
        return new RecallPrompt(name, text, key, tokens, starts[0]);
    }

    /// <summary>A verse from far back begins once more; the next words are asked for.</summary>
    private static RecallPrompt Copying(PromptBuilder builder, SplitMix random, string name, int length)
    {
        string verse;
        do
        {
            verse = random.Pick(FillerText.Verses);
        }
        while (verse.Split(' ').Length < 3 * CopiedWords);

        string[] words = verse.Split(' ');
        string begun = string.Join(' ', words[..(2 * CopiedWords)]), answer = string.Join(' ', words[(2 * CopiedWords)..(3 * CopiedWords)]);
        (string text, int tokens, double[] starts) = builder.Build(random, length, "", [(verse + "\n", 0.3)], begun);
        return new RecallPrompt(name, text, answer, tokens, starts[0], Verbatim: true);
    }

    /// <summary>A value, and two further names for it; the last is asked for.</summary>
    private static RecallPrompt Tracking(PromptBuilder builder, SplitMix random, string name, int length)
    {
        string[] things;
        do
        {
            things = [Thing(random), Thing(random), Thing(random)];
        }
        while (things.Distinct().Count() < 3);

        string value = random.FiveDigits();
        return Ask(builder, random, name, length,
            [$"The {things[0]} is {value}.\n", $"The {things[1]} is the {things[0]}.\n", $"The {things[2]} is the {things[1]}.\n"],
            $"Question: What is the {things[2]}?\nAnswer:", value);
    }

    /// <summary>A word that is planted six times as often as any other; it is asked for.</summary>
    private static RecallPrompt Words(PromptBuilder builder, SplitMix random, string name, int length)
    {
        string common = random.Pick(FillerText.Names), rare = random.Pick(FillerText.Names);
        string[] lines = [.. Enumerable.Range(0, 6).Select(i => $"Name: {(i == 3 ? rare : common)}, {common}.\n")];
        RecallPrompt prompt = Ask(builder, random, name, length, lines, "Question: What is the most common name?\nAnswer:", common);
        return prompt with { Verbatim = true };
    }

    private static RecallPrompt Ask(
        PromptBuilder builder, SplitMix random, string name, int length, string[] lines, string question, string answer)
    {
        (string Line, double Depth)[] planted = [.. lines.Select((l, i) => (l, (i + 0.5) / lines.Length))];
        (string text, int tokens, double[] starts) = builder.Build(random, length, "", planted, question);
        return new RecallPrompt(name, text, answer, tokens, starts[0]);
    }
}
