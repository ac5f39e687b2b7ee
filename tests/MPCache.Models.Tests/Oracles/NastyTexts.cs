using System.Text.Json;

namespace MPCache.Models.Tests;

/// <summary>Texts that tokenizers get wrong: a list that is kept, and as many again as one likes from a seed.</summary>
internal static class NastyTexts
{
    private static readonly string[] Atoms =
    [
        "a", "the", " the", "King", "HTTPServer", "camelCase", "x9", "_", "don't", "'s", "'S", "'LL", "'re", "''", "I'd", "O'Neill", ".",
            "...", "?!", "$", "%",
        "//", "://", "/\n", "\\", "{\"a\":", "<", ">", "<|", "|>", "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|user|>", "<s>", "</s>",
            "<unk>", "[INST]",
        "<0x0A>", "<bos>", " ", "  ", "   ", "        ", "\t", "\t\t", "\n", "\n\n", "\n\n\n\n", "\r", "\r\n", " \n", "\n ", "1", "12",
            "123", "12345", "3.14",
        "1,000,000", "²", "½", "Ⅻ", "٣", "𝟙", "é", "e\u0301", "\u0301", "a\u0308\u0323", "ñandú", "Straße", "Ελλάδα", "Ünï", "привет",
            "Россия", "ǅ", "ʰ", "ª",
        "ا", "مرحبا", "שלום", "हिन्दी", "ไทย", "字", "日本語", "中文。", "ー",
        "カタカナ", "한국어", "𠀀", "𐐷", "𝐀", "𓀀", "😀", "👍🏽", "👩‍👩‍👧", "🇫🇷", "❤️",
            "—", "…", "“q”",
        "\u00a0", "\u1680", "\u2003", "\u2028", "\u3000", "\u0085", "\u200b", "\u200d", "\u00ad", "\ufeff", "\ufffd", "\uffff", "\0",
            "\u0001", "\u001b", "\u001f",
        "\u007f", "▁", "▁▁", "Ġ", "Ċ", "\ud800", "\udc00", "aaa", "aaaaa", "abababab", "zzzzzzzz",
    ];

    /// <summary>The list that is kept.</summary>
    public static string[] Kept { get; } = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Repository.File("tests",
        "MPCache.Models.Tests", "fixtures", "nasty-texts.json")))!;

    /// <summary>The kept list and random texts.</summary>
    public static IEnumerable<string> All(int seed, int random = 400)
    {
        var dice = new Random(seed);
        return Kept.Concat(Enumerable.Range(0, random).Select(_ => string.Concat(dice.GetItems(Atoms, dice.Next(1, 12)))));
    }
}
