namespace MPCache.Bench;

/// <summary>Fills a prompt with verses up to a length, and plants lines between them at given depths.</summary>
internal sealed class PromptBuilder(Func<string, int> countTokens)
{
    // How many verses are tried for the last gap, so that prompts end close to the length asked for.
    private const int LastTries = 40;

    private readonly Dictionary<string, int> _lengths = [];

    /// <summary>
    /// Opening, verses with the planted lines among them, closing: at most <paramref name="length"/> tokens, and close to it.
    /// </summary>
    /// <param name="random">Chooses the first verse.</param>
    /// <param name="length">Tokens of the whole text.</param>
    /// <param name="opening">First lines, with line breaks; may be empty.</param>
    /// <param name="planted">Lines and the depth of each, 0 to 1; in ascending order of depth.</param>
    /// <param name="closing">Last lines.</param>
    /// <returns>The text, its tokens, and the start of each planted line as a share of them.</returns>
    /// <exception cref="ArgumentException">The length does not hold the planted lines and the question.</exception>
    public (string Text, int Tokens, double[] Depths) Build(
        SplitMix random, int length, string opening, IReadOnlyList<(string Line, double Depth)> planted, string closing)
    {
        int frame = countTokens(opening) + countTokens(closing) + planted.Sum(p => countTokens(p.Line));
        if (frame > length)
        {
            throw new ArgumentException($"{length} tokens do not hold the question and its facts, which need {frame}.", nameof(length));
        }

        List<string> verses = ChooseVerses(random, length - frame);
        for (; ; verses.RemoveAt(verses.Count - 1))
        {
            // A tokenizer may need more tokens for the whole than for its parts, so the whole decides.
            var (text, starts) = Assemble(opening, verses, planted, closing);
            int tokens = countTokens(text);
            if (tokens <= length || verses.Count == 0)
            {
                return (text, tokens, [.. starts.Select(s => (double)countTokens(text[..s]) / tokens)]);
            }
        }
    }

    private List<string> ChooseVerses(SplitMix random, int room)
    {
        var chosen = new List<string>();
        int at = random.Below(FillerText.Verses.Count), skipped = 0;
        for (; skipped < LastTries; at++)
        {
            string line = FillerText.Verses[at % FillerText.Verses.Count] + "\n";
            int tokens = LengthOf(line);
            if (tokens <= room)
            {
                chosen.Add(line);
                room -= tokens;
            }
            else
            {
                skipped++;
            }
        }

        return chosen;
    }

    private (string Text, int[] Starts) Assemble(
        string opening, List<string> verses, IReadOnlyList<(string Line, double Depth)> planted, string closing)
    {
        var text = new System.Text.StringBuilder(opening);
        var starts = new int[planted.Count];
        double total = verses.Sum(LengthOf), passed = 0;
        int next = 0;
        foreach (string verse in verses)
        {
            // Before the verse in whose first half the depth falls.
            double middle = passed + LengthOf(verse) / 2.0;
            for (; next < planted.Count && planted[next].Depth * total <= middle; next++)
            {
                starts[next] = text.Length;
                text.Append(planted[next].Line);
            }

            text.Append(verse);
            passed += LengthOf(verse);
        }

        for (; next < planted.Count; next++)
        {
            starts[next] = text.Length;
            text.Append(planted[next].Line);
        }

        return (text.Append(closing).ToString(), starts);
    }

    private int LengthOf(string line)
    {
        if (!_lengths.TryGetValue(line, out int tokens))
        {
            _lengths.Add(line, tokens = countTokens(line));
        }

        return tokens;
    }
}
