using System.Text;
using System.Text.Json.Nodes;
using MPCache.Models.Text;

namespace MPCache.Models.Tests;

/// <summary>Small vocabularies of each kind, made from the embedded model's, as GGUF files without weights.</summary>
internal static class Vocabularies
{
    public static readonly string[] Controls = ["<unk>", "<s>", "</s>", "<|user|>", "<|assistant|>", "<|end|>", "<|im_start|>",
        "<|im_end|>", "<|endoftext|>"];

    /// <summary>The embedded model's tokens and merges under another way to cut words.</summary>
    public static GgufBuilder ByteLevel(ByteLevelTables tables, string pre) => Header()
        .Key("tokenizer.ggml.model", "gpt2").Key("tokenizer.ggml.pre", pre)
        .Key("tokenizer.ggml.tokens", tables.Tokens.Select(t => t!).ToArray())
        .Key("tokenizer.ggml.token_type", tables.Kinds.Select(k => k == TokenKind.Special ? 3 : 1).ToArray())
        .Key("tokenizer.ggml.merges", tables.Merges)
        .Key("tokenizer.ggml.bos_token_id", 0u).Key("tokenizer.ggml.eos_token_id", 0u);

    /// <summary>The embedded model's words as SentencePiece writes them, with a token for each byte.</summary>
    /// <param name="tables">The embedded model's.</param>
    /// <param name="prefix">Whether texts get a space before them.</param>
    /// <param name="equalScores">Whether many scores are the same, so that places decide.</param>
    /// <param name="architecture">GGUF's name of it, and the model's.</param>
    public static GgufBuilder SentencePiece(ByteLevelTables tables, bool prefix, bool equalScores, string architecture = "llama")
    {
        (string Text, int Type)[] tokens = SentencePieceTokens(tables);
        return Header(architecture).Key("tokenizer.ggml.model", "llama").Key("tokenizer.ggml.pre", "default")
            .Key("tokenizer.ggml.tokens", tokens.Select(t => t.Text).ToArray())
            .Key("tokenizer.ggml.token_type", tokens.Select(t => t.Type).ToArray())
            .Key("tokenizer.ggml.scores", tokens.Select((t, i) => t.Type != 1 ? 0f : equalScores ? -(i / 100) : -i).ToArray())
            .Key("tokenizer.ggml.bos_token_id", 1u).Key("tokenizer.ggml.eos_token_id", 2u).Key("tokenizer.ggml.unknown_token_id", 0u)
            .Key("tokenizer.ggml.add_space_prefix", prefix);
    }

    /// <summary>Control tokens, bytes, runs of line breaks that are matched literally, then pieces in the order of their scores.</summary>
    public static (string Text, int Type)[] SentencePieceTokens(ByteLevelTables tables)
    {
        IEnumerable<string> words = tables.Tokens.Where((_, i) => tables.Kinds[i] == TokenKind.Text)
            .Select(t => Encoding.UTF8.GetString(ByteAlphabet.Decode(t!)));
        IEnumerable<string> pieces = words.Where(w => !w.Contains('\uFFFD') && !w.Contains('\0')).Select(w => w.Replace(' ', '\u2581'))
            .Concat(["aa", "aaa", "aaaa", "ab", "aba", "bab", "\u2581\u2581", "\u2581\u2581\u2581\u2581", "é", "字", "日本", "本語", "😀", "ا",
                "مر"]);
        return
        [
            .. Controls.Select((c, i) => (c, i == 0 ? 2 : 3)),
            .. Enumerable.Range(0, 256).Select(b => ($"<0x{b:X2}>", 6)),
            ("\n\n", 4), ("\n\n\n\n", 4),
            .. pieces.Where(p => !p.Contains("\n\n")).Distinct().Select(p => (p, 1)),
        ];
    }

    /// <summary>The same byte-level vocabulary as a tokenizer.json.</summary>
    /// <param name="tables">The embedded model's.</param>
    /// <param name="preTokenizer">JSON.</param>
    /// <param name="wholeWords">Whether a word that is a token is that token, whatever the merges say.</param>
    public static JsonObject ByteLevelJson(ByteLevelTables tables, string preTokenizer, bool wholeWords) => Json(
        tables.Tokens.Select((t, i) => (t!, i)), tables.Merges,
        tables.Tokens.Index().Where(t => tables.Kinds[t.Index] == TokenKind.Special).Select(t => Added(t.Index, t.Item!, special: true)),
        null, JsonNode.Parse(preTokenizer), wholeWords, byteFallback: false);

    /// <summary>The same SentencePiece vocabulary as a tokenizer.json: its scores as a list of merges.</summary>
    public static JsonObject SentencePieceJson(ByteLevelTables tables, string? normalizer, string? preTokenizer)
    {
        (string Text, int Type)[] tokens = SentencePieceTokens(tables);
        Dictionary<string, int> pieces = tokens.Index().Where(t => t.Item.Type == 1).ToDictionary(t => t.Item.Text, t => t.Index);
        IEnumerable<string> merges = pieces.OrderBy(p => p.Value).SelectMany(p => Enumerable.Range(1, p.Key.Length - 1)
            .Select(cut => (Left: p.Key[..cut], Right: p.Key[cut..])).Where(m => pieces.ContainsKey(m.Left) && pieces.ContainsKey(m.Right))
            .OrderBy(m => pieces[m.Left]).ThenBy(m => pieces[m.Right]).Select(m => $"{m.Left} {m.Right}"));
        return Json(tokens.Select((t, i) => (t.Text, i)), merges,
            tokens.Index().Where(t => t.Item.Type is 2 or 3 or 4).Select(t => Added(t.Index, t.Item.Text, special: t.Item.Type != 4)),
            normalizer is null ? null : JsonNode.Parse(normalizer), preTokenizer is null ? null : JsonNode.Parse(preTokenizer),
                wholeWords: false, byteFallback: true);
    }

    private static JsonObject Json(IEnumerable<(string Text, int Id)> vocabulary, IEnumerable<string> merges, IEnumerable<JsonNode> added,
        JsonNode? normalizer,
        JsonNode? preTokenizer, bool wholeWords, bool byteFallback) => new()
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. added]),
            ["normalizer"] = normalizer,
            ["pre_tokenizer"] = preTokenizer,
            ["post_processor"] = null,
            ["decoder"] = null,
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = byteFallback ? "<unk>" : null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = byteFallback,
                ["byte_fallback"] = byteFallback,
                ["ignore_merges"] = wholeWords,
                ["vocab"] = new JsonObject(vocabulary.Select(t => KeyValuePair.Create<string, JsonNode?>(t.Text, t.Id))),
                ["merges"] = new JsonArray([.. merges.Select(m => (JsonNode)m)]),
            },
        };

    private static JsonNode Added(int id, string text, bool special) => new JsonObject
    {
        ["id"] = id,
        ["content"] = text,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = special,
    };

    private static GgufBuilder Header(string architecture = "llama") => new GgufBuilder().Key("general.architecture", architecture)
        .Key("general.name", architecture)
        .Key($"{architecture}.block_count", 1u).Key($"{architecture}.context_length", 8u).Key($"{architecture}.embedding_length", 16u)
        .Key($"{architecture}.feed_forward_length", 16u).Key($"{architecture}.attention.head_count", 1u)
        .Key($"{architecture}.attention.layer_norm_rms_epsilon", 1e-5f);
}
