using System.Collections.Immutable;
using MPCache.Models.Text;

namespace MPCache.Models.Gguf;

/// <summary>What GGUF's <c>tokenizer.ggml</c> keys mean.</summary>
internal static class GgufTokenizer
{
    /// <summary>The tokenizer's tables.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="vocabulary">Rows of the embedding: at least as many as tokens.</param>
    /// <exception cref="ModelFormatException">They are missing, damaged or of another kind of tokenizer.</exception>
    public static TokenizerTables Read(GgufFile file, int vocabulary)
    {
        string model = file.Text("tokenizer.ggml.model") ?? throw Missing(file, "tokenizer.ggml.model");
        string[] tokens = file.Texts("tokenizer.ggml.tokens") ?? throw Missing(file, "tokenizer.ggml.tokens");
        int[]? types = file.Integers("tokenizer.ggml.token_type");
        if (tokens.Length > vocabulary || (types is not null && types.Length != tokens.Length))
        {
            throw new ModelFormatException(file.Path,
                $"{tokens.Length} tokens, {types?.Length} token types and an embedding of {vocabulary} rows do not fit together");
        }

        TokenKind[] kinds = Array.ConvertAll(types ?? new int[tokens.Length], Kind);
        TokenizerTables tables = model switch
        {
            "gpt2" => ByteLevel(file, tokens, kinds),
            "llama" => SentencePiece(file, tokens, kinds),
            _ => throw new ModelFormatException(file.Path, $"the tokenizer '{ModelFormatException.Printable(model)}' is not supported",
                cure: "Supported are byte-level BPE (which GGUF calls gpt2) and SentencePiece's BPE (which it calls llama)"),
        };
        return tables with
        {
            BeginToken = AddsBegin(file) ? file.Integer("tokenizer.ggml.bos_token_id") : null,
            EndTokens = EndTokens(file),
            StripAfter = StripAfter(file, tokens, kinds),
        };
    }

    /// <summary>Whether a plain text begins with the token that begins texts. Where the file does not say, the kind of vocabulary
    /// does.</summary>
    public static bool AddsBegin(GgufFile file) => file.Flag("tokenizer.ggml.add_bos_token")
        ?? (file.Text("tokenizer.ggml.model") == "llama"
            || PreTokenizations.FromGguf(file.Text("tokenizer.ggml.pre"))?.BeginsTexts() == true);

    /// <summary>Tokens that end a text or a turn, ascending: those that the file names, and those known by what they are called.</summary>
    public static ImmutableArray<int> EndTokens(GgufFile file)
    {
        SortedSet<int> result = [];
        foreach (string key in new[] { "tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id" })
        {
            if (file.Integer(key) is { } token)
            {
                result.Add(token);
            }
        }

        string[] tokens = file.Texts("tokenizer.ggml.tokens") ?? [];
        int[] types = file.Integers("tokenizer.ggml.token_type") ?? [];
        for (int i = 0; i < Math.Min(tokens.Length, types.Length); i++)
        {
            if (Kind(types[i]) is TokenKind.Special or TokenKind.Added && EndTexts.Are(tokens[i]))
            {
                result.Add(i);
            }
        }

        return [.. result];
    }

    private static ByteLevelTables ByteLevel(GgufFile file, string[] tokens, TokenKind[] kinds)
    {
        string pre = file.Text("tokenizer.ggml.pre") ?? throw Missing(file, "tokenizer.ggml.pre");
        PreTokenization split = PreTokenizations.FromGguf(pre) ?? throw new ModelFormatException(file.Path,
            $"the pre-tokenizer '{ModelFormatException.Printable(pre)}' is not supported",
            cure: $"Supported are {PreTokenizations.GgufNames}");
        string[] merges = file.Texts("tokenizer.ggml.merges") ?? throw Missing(file, "tokenizer.ggml.merges");
        return new ByteLevelTables(file.Path, tokens, kinds, merges, split, split.KeepsWholeWords());
    }

    private static SentencePieceTables SentencePiece(GgufFile file, string[] tokens, TokenKind[] kinds)
    {
        float[] scores = file.Numbers("tokenizer.ggml.scores") ?? throw Missing(file, "tokenizer.ggml.scores");
        if (scores.Length != tokens.Length)
        {
            throw new ModelFormatException(file.Path, $"there are {tokens.Length} tokens and {scores.Length} scores");
        }

        if (file.Flag("tokenizer.ggml.remove_extra_whitespaces") == true)
        {
            throw new ModelFormatException(file.Path, "its tokenizer removes white space from texts, which is not supported");
        }

        SpacePrefix prefix = file.Flag("tokenizer.ggml.add_space_prefix") == false ? SpacePrefix.Never : SpacePrefix.Always;
        return new SentencePieceTables(file.Path, tokens, kinds, scores, prefix);
    }

    /// <summary>GGUF has no word for it: Phi-3's control tokens swallow the white space behind them, but for those that mean a whole
    /// text.</summary>
    private static ImmutableHashSet<int> StripAfter(GgufFile file, string[] tokens, TokenKind[] kinds) =>
        file.Text("general.architecture") != "phi3" || file.Text("tokenizer.ggml.model") != "llama" ? []
        : [.. Enumerable.Range(0, tokens.Length).Where(i => kinds[i] is TokenKind.Special or TokenKind.Added
            && tokens[i] is not ("<unk>" or "<s>" or "<|endoftext|>"))];

    /// <summary>GGUF's token types: 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte; the rest are text.</summary>
    private static TokenKind Kind(int type) => type switch
    {
        2 or 3 => TokenKind.Special,
        4 => TokenKind.Added,
        5 => TokenKind.Unused,
        6 => TokenKind.Byte,
        _ => TokenKind.Text,
    };

    private static ModelFormatException Missing(GgufFile file, string key) => new(file.Path, $"the metadata key '{key}' is missing");
}
