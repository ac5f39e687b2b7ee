using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MPCache.Models.Gguf;
using MPCache.Models.HuggingFace;
using MPCache.Models.Storage;
using MPCache.Models.Text;

namespace MPCache.Models.Tests;

/// <summary>Tokenizers against llama.cpp's, on texts that tokenizers get wrong.</summary>
public class TokenizerOracleTests
{
    private static readonly Lazy<ByteLevelTables> Scribe = new(() =>
    {
        using var file = new MappedFile(Repository.Scribe);
        return (ByteLevelTables)GgufTokenizer.Read(new GgufFile(file), 2048);
    });

    [Fact]
    public void TheEmbeddedModel() => Compare(Repository.Scribe, seed: 1);

    [SkippableFact]
    public void SmolLm2() => Compare(SharedData.Get(SharedData.SmolLm2), seed: 2);

    [Theory]
    [InlineData("gpt-2")]
    [InlineData("smollm")]
    [InlineData("llama-bpe")]
    [InlineData("qwen2")]
    [InlineData("tekken")]
    public void ByteLevel(string pre) => CompareByteLevel(Scribe.Value, pre);

    [SkippableTheory]
    [InlineData("llama-bpe")]
    [InlineData("qwen2")]
    [InlineData("tekken")]
    public void SmolLm2sWordsCutInOtherWays(string pre) => CompareByteLevel(SmolLm2Tables(), pre);

    private static void CompareByteLevel(ByteLevelTables tables, string pre)
    {
        using var folder = new TempFolder();
        string path = folder.Write("vocabulary.gguf", Vocabularies.ByteLevel(tables, pre).Build().File);
        Compare(path, seed: pre.Length, text => pre switch
        {
            // llama.cpp writes the patterns without Unicode's case folding, and tekken's with ASCII capitals alone and without marks.
            "llama-bpe" or "qwen2" => !text.Contains("'\u017F", StringComparison.Ordinal),
            "tekken" => !text.EnumerateRunes().Any(r => r.Value > 127 && (Rune.IsLetter(r) || char.IsSurrogate((char)r.Value)
                || IsMark(r))),
            _ => true,
        });
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void SentencePiece(bool prefix, bool equalScores)
    {
        using var folder = new TempFolder();
        string path = folder.Write("vocabulary.gguf", Vocabularies.SentencePiece(Scribe.Value, prefix, equalScores).Build().File);
        Compare(path, seed: 5);
    }

    [SkippableFact]
    public void SmolLm2sWordsAsSentencePiece()
    {
        using var folder = new TempFolder();
        Compare(folder.Write("vocabulary.gguf", Vocabularies.SentencePiece(SmolLm2Tables(), prefix: true, equalScores: false).Build().File),
            seed: 6);
    }

    [Fact]
    public void Phi3sControlTokensSwallowWhiteSpace()
    {
        using var folder = new TempFolder();
        string path = folder.Write("vocabulary.gguf", Vocabularies.SentencePiece(Scribe.Value, prefix: true, equalScores: false, "phi3")
            .Build().File);
        using var oracle = new LlamaVocabulary(path);
        ITextTokenizer ours = Open(path);
        foreach (string text in new[] { "<|user|>\n hi <|end|>\n<|assistant|>\n", "<s> a</s> b<|user|>  \n\n", "<|user|><|end|> <unk> x",
            " <|user|>\t" })
        {
            Assert.Equal(oracle.Encode(text, special: true), ours.Encode(text, special: true));
            Assert.Equal(oracle.Encode(text, special: false), ours.Encode(text));
        }

        Assert.Equal(oracle.Encode("<|user|>\n hi <|end|>\n<|assistant|>\n", special: true),
            ours.Encode([new("<|user|>", Template: true), new("\n hi "), new("<|end|>", Template: true), new("\n"), new("<|assistant|>",
                Template: true), new("\n")]));
    }

    [Fact]
    public void TextNeverBecomesAControlToken()
    {
        // A vocabulary whose pieces lead up to the spelling of a control token: llama.cpp makes the token, SentencePiece itself does not.
        ByteLevelTables tables = Scribe.Value;
        (string Text, int Type)[] tokens = [.. Vocabularies.SentencePieceTokens(tables), ("<s", 1), ("</", 1), ("</s", 1)];
        TokenKind[] kinds = [.. tokens.Select(t => t.Type switch { 2 or 3 => TokenKind.Special, 4 => TokenKind.Added, 6 => TokenKind.Byte,
            _ => TokenKind.Text })];
        var made = new SentencePieceTables("f.gguf", [.. tokens.Select(t => t.Text)], kinds, [.. tokens.Select((_, i) => -(float)i)],
            SpacePrefix.Always);
        ITextTokenizer ours = made.Create();
        foreach (string text in NastyTexts.All(seed: 8).Concat(["<s>", "</s>", "a<s>b</s>"]))
        {
            Assert.DoesNotContain(ours.Encode(text), id => kinds[id] == TokenKind.Special);
            Assert.DoesNotContain(ours.Encode([new PromptPart(text)]), id => kinds[id] == TokenKind.Special);
        }

        Assert.Equal([1], ours.Encode("<s>", special: true));
    }

    [SkippableTheory]
    [InlineData(TokenizerPatterns.Gpt2, false)]
    [InlineData(TokenizerPatterns.SmolLm, false)]
    [InlineData(TokenizerPatterns.Llama3, true)]
    [InlineData(TokenizerPatterns.Qwen2, false)]
    [InlineData(TokenizerPatterns.Tekken, true)]
    public void ByteLevelJson(string preTokenizer, bool wholeWords) =>
        CompareJson(Vocabularies.ByteLevelJson(Scribe.Value, preTokenizer, wholeWords), preTokenizer.Length);

    [SkippableTheory]
    [InlineData(TokenizerPatterns.SpaceBeforeEachText, null)]
    [InlineData(null, TokenizerPatterns.SpaceBeforeTheFirst)]
    [InlineData(TokenizerPatterns.SpacesReplaced, TokenizerPatterns.CutAtSpaces)]
    public void SentencePieceJson(string? normalizer, string? preTokenizer) =>
        CompareJson(Vocabularies.SentencePieceJson(Scribe.Value, normalizer, preTokenizer), 7);

    private static void CompareJson(System.Text.Json.Nodes.JsonObject json, int seed)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64,
            "Hugging Face's library is here for Linux x86-64 only");
        using var folder = new TempFolder();
        string path = folder.Write("tokenizer.json", TinyModel.Json(json));
        using var oracle = new Tokenizers.DotNet.Tokenizer(path);
        ITextTokenizer ours = TokenizerJson.Read(JsonFile.TryRead(path, 1 << 24)!, 1 << 14, null, []).Create();
        Compare(seed, _ => true, (text, special) => special ? [.. oracle.Encode(Valid(text)).Select(t => (int)t)] : null, ours,
            "Hugging Face");
    }

    private static ITextTokenizer Open(string path)
    {
        using var file = new MappedFile(path);
        return GgufTokenizer.Read(new GgufFile(file), 1 << 20).Create();
    }

    private static ByteLevelTables SmolLm2Tables()
    {
        using var file = new MappedFile(SharedData.Get(SharedData.SmolLm2));
        return (ByteLevelTables)GgufTokenizer.Read(new GgufFile(file), 1 << 20);
    }

    /// <summary>Halves of surrogate pairs as U+FFFD: the library refuses them.</summary>
    private static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark
        or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.EnclosingMark;

    private static void Compare(string path, int seed, Func<string, bool>? comparable = null)
    {
        using var oracle = new LlamaVocabulary(path);
        ITextTokenizer ours = Open(path);
        Assert.Equal(oracle.BeginToken, ours.BeginToken);

        // llama.cpp also stops at the marks of code completion, which do not end a text.
        Assert.Equal(oracle.EndTokens.Where(t => !ours.Decode([t]).Contains("repo", StringComparison.Ordinal)), ours.EndTokens);
        Compare(seed, comparable ?? (_ => true), oracle.Encode, ours, "llama.cpp");
    }

    private static void Compare(int seed, Func<string, bool> comparable, Func<string, bool, int[]?> oracle, ITextTokenizer ours,
        string name)
    {
        int compared = 0;
        List<string> wrong = [];
        foreach (string text in NastyTexts.All(seed).Where(comparable))
        {
            foreach (bool special in new[] { false, true })
            {
                if (oracle(text, special) is not { } expected)
                {
                    continue;
                }

                int[] actual = ours.Encode(text, special);
                compared++;
                if (!expected.SequenceEqual(actual))
                {
                    wrong.Add($"{JsonSerializer.Serialize(text)} (special: {special}) is {string.Join(' ', actual)}, "
                        + $"where {name} has {string.Join(' ', expected)}");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {compared} differ:\n{string.Join('\n', wrong.Take(12))}");
        Assert.True(compared >= 300, $"only {compared} texts were compared");
    }
}
