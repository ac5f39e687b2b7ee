using MPCache.Models;

namespace MPCache.Inference;

/// <summary>
/// What calibration runs a model on: ordinary English, plain and as a chat; one prompt of other languages, code, data and repetitions, a
/// piece
/// of each, since scores grow with what a model seldom saw; and prompts of a single token, whose row is like no other's.
/// </summary>
internal static class CalibrationPrompts
{
    private const int TokensOfEach = 56;  // of each other text: a start must not take minutes

    // Prompts of one token among the first of the vocabulary, where bytes and odd tokens stand, and as many over all of it.
    private const int SingleTokens = 4;
    private const int FirstTokens = 222;

    private static readonly string[] s_others =
        ["russian.txt", "chinese.txt", "japanese.txt", "korean.txt", "arabic.txt", "code.txt", "data.json", "repeated.txt", "japanese.txt"];

    /// <summary>Prompts as token ids.</summary>
    public static IEnumerable<int[]> Of(ModelFile model)
    {
        int longest = model.Config.ContextLength, vocabulary = model.Config.Vocabulary;
        string english = Text("english.txt");
        yield return [.. model.Prompt(english, useChat: false).Take(longest)];
        if (model.Chat is { Recognised: true })
        {
            yield return [.. model.Prompt(english, useChat: true).Take(longest)];
        }

        yield return [.. s_others.SelectMany(name => model.Tokenizer.Encode(Text(name)).Take(TokensOfEach)).Take(longest)];
        for (int i = 0; i < SingleTokens; i++)
        {
            yield return [(int)((long)i * Math.Min(FirstTokens, vocabulary) / SingleTokens)];
            yield return [(int)((i + 0.5) * vocabulary / SingleTokens)];
        }
    }

    private static string Text(string name)
    {
        using Stream stream = typeof(CalibrationPrompts).Assembly.GetManifestResourceStream($"Calibration.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
