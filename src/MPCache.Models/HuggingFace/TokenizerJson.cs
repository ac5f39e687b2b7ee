using System.Text.Json;
using MPCache.Models.Text;

namespace MPCache.Models.HuggingFace;

/// <summary>Reads tokenizer.json: byte-level BPE with one of the known ways to cut words. Patterns in the file are compared, never run.</summary>
internal static class TokenizerJson
{
    private const string Llama3Pattern = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
        + @"|\s+(?!\S)|\s+";

    /// <summary>The tokenizer's tables.</summary>
    /// <exception cref="ModelFormatException">The file is missing, damaged or of another kind of tokenizer.</exception>
    public static TokenizerTables Read(HuggingFaceFolder folder, int vocabulary)
    {
        var json = folder.Tokenizer() ?? throw new ModelFormatException(folder.Path, "the folder has no tokenizer.json",
            cure: "Save the tokenizer with Hugging Face's save_pretrained");
        return json.Walk(root =>
        {
            var model = root.GetProperty("model");
            Refuse(json, Text(model, "type") is not (null or "BPE"), "the tokenizer is not BPE");
            Refuse(json, Flag(model, "byte_fallback"), "the tokenizer falls back to bytes, so it is not byte-level BPE");
            Refuse(json, (Text(model, "continuing_subword_prefix") ?? "") != "" || (Text(model, "end_of_word_suffix") ?? "") != "",
                "the tokenizer marks the parts of words, so it is not byte-level BPE");
            Refuse(json, !IsNothing(model, "unk_token") && !HasAllBytes(model.GetProperty("vocab")),
                "the tokenizer has a token for unknown text, so it is not byte-level BPE");
            Refuse(json, !IsNothing(root, "normalizer"), "the tokenizer normalises its text, which is not supported");

            var tokens = new string?[vocabulary];
            var kinds = new TokenKind[vocabulary];
            foreach (var token in model.GetProperty("vocab").EnumerateObject())
            {
                Set(json, tokens, token.Value.GetInt32(), token.Name);
            }

            foreach (var (id, text, special) in AddedTokens(json))
            {
                Set(json, tokens, id, text);
                kinds[id] = special ? TokenKind.Special : TokenKind.Added;
            }

            var merges = model.GetProperty("merges").EnumerateArray().Select(Merge).ToArray();
            var count = Array.FindLastIndex(tokens, t => t is not null) + 1;
            return new TokenizerTables(json.Path, tokens[..count], kinds[..count], merges, Split(json), Flag(model, "ignore_merges"));
        });
    }

    /// <summary>The tokens that are matched literally.</summary>
    public static List<(int Id, string Text, bool Special)> AddedTokens(JsonFile json) => json.Walk(root =>
    {
        var result = new List<(int, string, bool)>();
        if (!root.TryGetProperty("added_tokens", out var added) || added.ValueKind == JsonValueKind.Null)
        {
            return result;
        }

        foreach (var token in added.EnumerateArray())
        {
            Refuse(json, Flag(token, "lstrip") || Flag(token, "rstrip") || Flag(token, "single_word"),
                "an added token takes spaces or whole words only, which is not supported");
            result.Add((token.GetProperty("id").GetInt32(), token.GetProperty("content").GetString() ?? "", Flag(token, "special")));
        }

        return result;
    });

    /// <summary>Whether the post-processor puts a token before a single text.</summary>
    public static bool AddsBos(JsonFile json) => json.Walk(root =>
    {
        if (IsNothing(root, "post_processor"))
        {
            return false;
        }

        var outer = root.GetProperty("post_processor");
        return (Text(outer, "type") == "Sequence" ? outer.GetProperty("processors").EnumerateArray() : Enumerable.Repeat(outer, 1))
            .Any(p => Text(p, "type") == "TemplateProcessing"
                && p.GetProperty("single").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first
                && first.TryGetProperty("SpecialToken", out _));
    });

    private static PreTokenization Split(JsonFile json)
    {
        var root = json.Root;
        Refuse(json, IsNothing(root, "pre_tokenizer"), "the tokenizer has no pre-tokenizer");
        var outer = root.GetProperty("pre_tokenizer");
        JsonElement[] steps = Text(outer, "type") == "Sequence" ? [.. outer.GetProperty("pretokenizers").EnumerateArray()] : [outer];

        var last = steps.Length > 0 ? steps[^1] : default;
        if (steps.Length is 1 or 2 && Text(last, "type") == "ByteLevel" && !Flag(last, "add_prefix_space"))
        {
            // use_regex came later than the type and is true where it is not given.
            var patterned = IsNothing(last, "use_regex") || Flag(last, "use_regex");
            if (steps.Length == 1 && patterned)
            {
                return PreTokenization.Gpt2;
            }

            if (steps.Length == 2 && patterned && Text(steps[0], "type") == "Digits" && Flag(steps[0], "individual_digits"))
            {
                return PreTokenization.SmolLm;
            }

            if (steps.Length == 2 && !patterned && Text(steps[0], "type") == "Split" && Text(steps[0], "behavior") == "Isolated"
                && !Flag(steps[0], "invert") && Text(steps[0].GetProperty("pattern"), "Regex") == Llama3Pattern)
            {
                return PreTokenization.Llama3;
            }
        }

        throw new ModelFormatException(json.Path, "the pre-tokenizer is not a supported one",
            cure: "Supported are those of GPT-2, SmolLM2 and Llama 3");
    }

    /// <summary>Whether each byte has a token, so that no text is unknown: GPT-2's files name an unknown token that cannot occur.</summary>
    private static bool HasAllBytes(JsonElement vocabulary) =>
        Enumerable.Range(0, 256).All(b => vocabulary.TryGetProperty(ByteAlphabet.Character((byte)b).ToString(), out _));

    /// <summary>Newer files have pairs, older ones a string with a space between.</summary>
    private static string Merge(JsonElement merge) => merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2
        ? $"{merge[0].GetString()} {merge[1].GetString()}" : merge.GetString()!;

    private static void Set(JsonFile json, string?[] tokens, int id, string text)
    {
        if (id < 0 || id >= tokens.Length)
        {
            throw new ModelFormatException(json.Path,
                $"the token '{ModelFormatException.Printable(text)}' has the id {id}, outside the vocabulary of {tokens.Length}");
        }

        if (tokens[id] is { } other && other != text)
        {
            throw new ModelFormatException(json.Path,
                $"the tokens '{ModelFormatException.Printable(other)}' and '{ModelFormatException.Printable(text)}' have the same id {id}");
        }

        tokens[id] = text;
    }

    private static bool IsNothing(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null;

    private static string? Text(JsonElement element, string name) => IsNothing(element, name) ? null : element.GetProperty(name).GetString();

    private static bool Flag(JsonElement element, string name) => !IsNothing(element, name) && element.GetProperty(name).GetBoolean();

    private static void Refuse(JsonFile json, bool condition, string cause)
    {
        if (condition)
        {
            throw new ModelFormatException(json.Path, cause, cure: "Supported are the tokenizers of GPT-2, SmolLM2 and Llama 3");
        }
    }
}
