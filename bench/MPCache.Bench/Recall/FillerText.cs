namespace MPCache.Bench;

/// <summary>
/// Public-domain prose between the facts: verses of the King James Version, in order, each without its number and line break (see README.md
/// beside it).
/// </summary>
internal static class FillerText
{
    private static readonly Lazy<string[]> Lines = new(Load);
    private static readonly Lazy<string[]> ProperNames = new(FindNames);

    /// <summary>The verses in order.</summary>
    public static IReadOnlyList<string> Verses => Lines.Value;

    /// <summary>Names in the verses: words of 4 to 9 letters that are never written without a capital, sorted.</summary>
    public static IReadOnlyList<string> Names => ProperNames.Value;

    private static string[] Load()
    {
        using Stream stream = typeof(FillerText).Assembly.GetManifestResourceStream("kjv-ruth-1samuel.txt")
            ?? throw new InvalidOperationException(
                "The verses are missing from the assembly: kjv-ruth-1samuel.txt is not an embedded resource.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static string[] FindNames()
    {
        // The first word of a sentence has a capital whatever it is, so a name must also be seen after a word that ends no sentence.
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var common = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string verse in Verses)
        {
            bool inside = false;
            foreach (string word in verse.Split(' '))
            {
                string bare = word.Trim('.', ',', ';', ':', '(', ')', '\'', '?', '!');
                if (bare.Length > 0 && char.IsLower(bare[0]))
                {
                    common.Add(bare);
                }
                else if (inside && bare.Length is >= 4 and <= 9 && char.IsAsciiLetterUpper(bare[0])
                    && bare.Skip(1).All(char.IsAsciiLetterLower))
                {
                    names.Add(bare);
                }

                inside = word.Length > 0 && char.IsLetter(word[^1]);
            }
        }

        names.RemoveWhere(common.Contains);
        return [.. names];
    }
}
