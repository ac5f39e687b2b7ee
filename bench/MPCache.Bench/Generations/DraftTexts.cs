namespace MPCache.Bench;

/// <summary>Prompts whose answers are easy and hard to guess.</summary>
internal static class DraftTexts
{
    /// <summary>An answer that quotes the prompt, one that edits code of the prompt, and free prose.</summary>
    public static PromptText[] All { get; } =
    [
        new(
            "quote",
            "Repeat this paragraph word for word: \"The harbour lies open to the north, and in winter the ice closes it for nine weeks. "
                + "Ships that come late anchor behind the island of Hven and wait for the pilot, who rows out twice a day with the mail. "
                + "The harbour master keeps a book of all that pass.\""),
        new(
            "code",
            "Rewrite this Python function so that the variable total is called result, and change nothing else:\n\n"
                + "def mean(values):\n    total = 0\n    for value in values:\n        total = total + value\n"
                + "    if len(values) == 0:\n        return 0\n    return total / len(values)\n"),
        new("prose", "Write a short story about a lighthouse keeper who finds a letter in a bottle."),
    ];
}
