using System.Collections.Immutable;
using System.Text.Json;
using MPCache.Models.Text;

namespace MPCache.Models.HuggingFace;

/// <summary>
/// Reads tokenizer.json: byte-level BPE with one of the known ways to cut words, or SentencePiece's BPE with bytes for unknown characters.
/// Patterns in the file are compared, never run.
/// </summary>
internal static class TokenizerJson
{
    private const string Supported = "Supported are the tokenizers of GPT-2, SmolLM, Llama, Qwen 2 to 3, Mistral, Phi-3 and Gemma";
    private const string Space = "\u2581";
    private const string CommonEnd = @" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string CommonBegin = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|";

    private static readonly Dictionary<string, PreTokenization> Patterns = new()
    {
        [CommonBegin + @"\p{N}{1,3}|" + CommonEnd] = PreTokenization.Llama3,
        [CommonBegin + @"\p{N}|" + CommonEnd] = PreTokenization.Qwen2,
        [@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
            + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
            + @"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"] = PreTokenization.Tekken,
    };

    /// <summary>A token that is matched literally.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Text">How it is written.</param>
    /// <param name="Special">Whether it is a control token.</param>
    /// <param name="StripAfter">Whether it swallows the white space behind it.</param>
    public sealed record AddedToken(int Id, string Text, bool Special, bool StripAfter);

    /// <summary>The tokenizer's tables.</summary>
    /// <param name="json">A tokenizer.json.</param>
    /// <param name="vocabulary">Rows of the embedding: at least as many as tokens.</param>
    /// <param name="beginToken">The token that begins a plain text; null where none does.</param>
    /// <param name="endTokens">Tokens that end a text or a turn.</param>
    /// <exception cref="ModelFormatException">The file is damaged or of another kind of tokenizer.</exception>
    public static TokenizerTables Read(JsonFile json, int vocabulary, int? beginToken, ImmutableArray<int> endTokens) =>
        json.Walk(root =>
        {
            JsonElement model = root.GetProperty("model");
            Refuse(json, Text(model, "type") is not (null or "BPE"), "the tokenizer is not BPE");
            Refuse(json, (Text(model, "continuing_subword_prefix") ?? "") != "" || (Text(model, "end_of_word_suffix") ?? "") != "",
                "the tokenizer marks the parts of words");

            string?[] tokens = new string?[vocabulary];
            TokenKind[] kinds = new TokenKind[vocabulary];
            foreach (JsonProperty token in model.GetProperty("vocab").EnumerateObject())
            {
                Set(json, tokens, token.Value.GetInt32(), token.Name);
            }

            List<AddedToken> added = AddedTokens(json);
            foreach (AddedToken token in added)
            {
                Set(json, tokens, token.Id, token.Text);
                kinds[token.Id] = token.Special ? TokenKind.Special : TokenKind.Added;
            }

            int count = Array.FindLastIndex(tokens, t => t is not null) + 1;
            string[] merges = [.. model.GetProperty("merges").EnumerateArray().Select(Merge)];
            TokenizerTables tables = Flag(model, "byte_fallback")
                ? SentencePiece(json, tokens[..count], kinds[..count], merges)
                : ByteLevel(json, model, tokens[..count], kinds[..count], merges);
            return tables with
            {
                BeginToken = beginToken,
                EndTokens = endTokens,
                StripAfter = [.. added.Where(t => t.StripAfter).Select(t => t.Id)],
            };
        });

    /// <summary>The tokens that are matched literally.</summary>
    public static List<AddedToken> AddedTokens(JsonFile json) => json.Walk(root =>
    {
        List<AddedToken> result = [];
        if (!root.TryGetProperty("added_tokens", out JsonElement added) || added.ValueKind == JsonValueKind.Null)
        {
            return result;
        }

        foreach (JsonElement token in added.EnumerateArray())
        {
            Refuse(json, Flag(token, "lstrip") || Flag(token, "single_word"),
                "an added token takes the spaces before it or whole words only");
            string text = token.GetProperty("content").GetString() ?? "";
            result.Add(new(token.GetProperty("id").GetInt32(), text, Flag(token, "special"), Flag(token, "rstrip")));
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

        JsonElement outer = root.GetProperty("post_processor");
        return (Text(outer, "type") == "Sequence" ? outer.GetProperty("processors").EnumerateArray() : Enumerable.Repeat(outer, 1))
            .Any(p => Text(p, "type") == "TemplateProcessing"
                && p.GetProperty("single").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first
                && first.TryGetProperty("SpecialToken", out _));
    });

    private static ByteLevelTables ByteLevel(JsonFile json, JsonElement model, string?[] tokens, TokenKind[] kinds, string[] merges)
    {
        Refuse(json, !IsNothing(model, "unk_token") && !HasAllBytes(model.GetProperty("vocab")),
            "the tokenizer has a token for unknown text, so it is not byte-level BPE");

        // Qwen's files ask for composed characters (NFC). Text is taken as it is, as llama.cpp takes it: docs/text.md.
        Refuse(json, !IsNothing(json.Root, "normalizer") && Text(json.Root.GetProperty("normalizer"), "type") != "NFC",
            "the tokenizer normalises its text");
        return new ByteLevelTables(json.Path, tokens, kinds, merges, Split(json), Flag(model, "ignore_merges"));
    }

    /// <summary>
    /// A merge list written from SentencePiece's scores has, for each piece, all pairs that make it, in the order of the scores. So the
    /// first merge that makes a piece gives its score back; a piece that none makes, and that is longer than a character, cannot come out
    /// of a text.
    /// </summary>
    private static SentencePieceTables SentencePiece(JsonFile json, string?[] tokens, TokenKind[] kinds, string[] merges)
    {
        Dictionary<string, int> ids = tokens.Index().Where(t => t.Item is not null).ToDictionary(t => t.Item!, t => t.Index);
        float[] scores = new float[tokens.Length];
        Array.Fill(scores, float.NegativeInfinity);
        foreach ((int rank, string merge) in merges.Index())
        {
            if (!ids.TryGetValue(merge.Replace(" ", ""), out int id))
            {
                throw new ModelFormatException(json.Path, $"the merge {rank}, '{ModelFormatException.Printable(merge)}', makes no token");
            }

            scores[id] = Math.Max(scores[id], -rank);
        }

        foreach ((int id, string? token) in tokens.Index())
        {
            if (token is null || kinds[id] != TokenKind.Text)
            {
                continue;
            }

            bool character = token.EnumerateRunes().Count() == 1;
            kinds[id] = token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) ? TokenKind.Byte
                : float.IsNegativeInfinity(scores[id]) && !character ? TokenKind.Unused : TokenKind.Text;
        }

        return new SentencePieceTables(json.Path, tokens, kinds, scores, Prefix(json));
    }

    /// <summary>Where spaces go, from the normaliser (Llama 2, Phi-3, Gemma) or from the pre-tokenizer (files that transformers wrote
    /// later).</summary>
    private static SpacePrefix Prefix(JsonFile json)
    {
        JsonElement root = json.Root;
        if (!IsNothing(root, "pre_tokenizer") && Text(root.GetProperty("pre_tokenizer"), "type") == "Metaspace")
        {
            JsonElement spaces = root.GetProperty("pre_tokenizer");
            Refuse(json, !IsNothing(root, "normalizer") || Text(spaces, "replacement") != Space || IsNothing(spaces, "split")
                || Flag(spaces, "split"),
                "the tokenizer cuts its text in a way that is not supported");
            return Text(spaces, "prepend_scheme") switch
            {
                "first" => SpacePrefix.First,
                "never" => SpacePrefix.Never,
                _ => throw new ModelFormatException(json.Path, "the tokenizer puts spaces before its texts in a way that is not supported",
                    cure: Supported),
            };
        }

        Refuse(json, IsNothing(root, "normalizer"), "the tokenizer has no way to write spaces");
        JsonElement outer = root.GetProperty("normalizer");
        JsonElement[] steps = Text(outer, "type") == "Sequence" ? [.. outer.GetProperty("normalizers").EnumerateArray()] : [outer];
        bool prepends = steps.Length == 2 && Text(steps[0], "type") == "Prepend" && Text(steps[0], "prepend") == Space;
        bool replaces = steps.Length > 0 && Text(steps[^1], "type") == "Replace" && Text(steps[^1], "content") == Space
            && Text(steps[^1].GetProperty("pattern"), "String") == " ";
        Refuse(json, !replaces || steps.Length != (prepends ? 2 : 1), "the tokenizer normalises its text in a way that is not supported");
        if (!IsNothing(root, "pre_tokenizer"))
        {
            // Gemma's cuts at spaces, of which the normaliser has left none.
            JsonElement cut = root.GetProperty("pre_tokenizer");
            Refuse(json, Text(cut, "type") != "Split" || Text(cut.GetProperty("pattern"), "String") != " ",
                "the pre-tokenizer is not a supported one");
        }

        return prepends ? SpacePrefix.Always : SpacePrefix.Never;
    }

    private static PreTokenization Split(JsonFile json)
    {
        JsonElement root = json.Root;
        Refuse(json, IsNothing(root, "pre_tokenizer"), "the tokenizer has no pre-tokenizer");
        JsonElement outer = root.GetProperty("pre_tokenizer");
        JsonElement[] steps = Text(outer, "type") == "Sequence" ? [.. outer.GetProperty("pretokenizers").EnumerateArray()] : [outer];

        JsonElement last = steps.Length > 0 ? steps[^1] : default;
        if (steps.Length is 1 or 2 && Text(last, "type") == "ByteLevel" && !Flag(last, "add_prefix_space"))
        {
            // use_regex came later than the type and is true where it is not given.
            bool patterned = IsNothing(last, "use_regex") || Flag(last, "use_regex");
            if (steps.Length == 1 && patterned)
            {
                return PreTokenization.Gpt2;
            }

            if (steps.Length == 2 && patterned && Text(steps[0], "type") == "Digits" && Flag(steps[0], "individual_digits"))
            {
                return PreTokenization.SmolLm;
            }

            if (steps.Length == 2 && !patterned && Text(steps[0], "type") == "Split" && Text(steps[0], "behavior") == "Isolated"
                && !Flag(steps[0], "invert") && Patterns.TryGetValue(Text(steps[0].GetProperty("pattern"), "Regex") ?? "",
                    out PreTokenization known))
            {
                return known;
            }
        }

        throw new ModelFormatException(json.Path, "the pre-tokenizer is not a supported one", cure: Supported);
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
        !element.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null;

    private static string? Text(JsonElement element, string name) =>
        IsNothing(element, name) ? null : element.GetProperty(name).GetString();

    private static bool Flag(JsonElement element, string name) => !IsNothing(element, name) && element.GetProperty(name).GetBoolean();

    private static void Refuse(JsonFile json, bool condition, string cause)
    {
        if (condition)
        {
            throw new ModelFormatException(json.Path, cause, cure: Supported);
        }
    }
}
