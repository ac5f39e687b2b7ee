using MPCache.Models;

namespace MPCache.Inference;

/// <summary>What calibration runs a model on.</summary>
internal static class CalibrationPrompts
{
    // Reaches ordinary prose, code, digits and rare tokens, and is long enough for attention to spread.
    private const string Text =
        "In the beginning there was a village by the sea, and the people of it kept a record of every ship: \"The Lamb, 1847, 31 barrels; the Eagle, 1,902.\"\n" +
        "def area(r):\n    return 3.14159 * r ** 2  # naïve\n\nQuestion: what is 12 plus 30? Answer: 42. Où est la gare, s'il vous plaît? 😀\n" +
        "1. apples 2. cherries 3. strawberries. Dear Mr. Smith, the heating has been broken since Monday; please send someone soon. " +
        "And the king said unto him, Go, and number the people from Dan even to Beersheba, that I may know the sum of them.";

    /// <summary>Prompts as token ids.</summary>
    public static IEnumerable<int[]> Of(ModelFile model)
    {
        int longest = model.Config.ContextLength;
        yield return [.. model.Prompt(Text, useChat: false).Take(longest)];
        if (model.Chat is { Recognised: true })
        {
            yield return [.. model.Prompt(Text, useChat: true).Take(longest)];
        }
    }
}
