using System.Text;
using System.Text.Json;
using CsCheck;
using MPCache.Models.Gguf;
using MPCache.Models.Storage;
using MPCache.Models.Text;

namespace MPCache.Models.Tests;

public class TokenizerTests
{
    private static readonly Lazy<ByteLevelTables> ScribeTables = new(() =>
    {
        using var file = new MappedFile(Repository.Scribe);
        return (ByteLevelTables)GgufTokenizer.Read(new GgufFile(file), 2048);
    });

    private static readonly Lazy<ITextTokenizer> Scribe = new(() => new ByteLevelBpe(ScribeTables.Value));

    [Theory]
    [InlineData("smollm", PreTokenization.SmolLm)]
    [InlineData("gpt-2", PreTokenization.Gpt2)]
    [InlineData("llama-bpe", PreTokenization.Llama3)]
    public void AgreesWithHuggingFace(string name, object split)
    {
        var how = (PreTokenization)split;
        var tokenizer = new ByteLevelBpe(ScribeTables.Value with { Split = how, WholeWords = how == PreTokenization.Llama3 });
        using var json = JsonDocument.Parse(File.ReadAllText(Repository.File("tests", "MPCache.Models.Tests", "fixtures",
            "hf-words.json")));
        var texts = json.RootElement.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!).ToArray();
        var expected = json.RootElement.GetProperty(name).EnumerateArray().Select(Ints).ToArray();
        Assert.Equal(texts.Length, expected.Length);
        for (var i = 0; i < texts.Length; i++)
        {
            var actual = tokenizer.Encode(texts[i], special: true);
            Assert.True(expected[i].SequenceEqual(actual),
                $"'{texts[i]}' is {string.Join(' ', actual)}, where Hugging Face has {string.Join(' ', expected[i])}");
        }
    }

    [Fact]
    public void AgreesWithTheFixtureOfScribe() => CheckFixture(Repository.Scribe, Repository.ScribeReference);

    [SkippableFact]
    public void AgreesWithTheFixtureOfSmolLm2() =>
        CheckFixture(SharedData.Get(SharedData.SmolLm2), SharedData.Get(SharedData.SmolLm2Reference));

    [Fact]
    public void DigitsAreOneByOne()
    {
        var tokens = Scribe.Value.Encode("In 48213 x9");
        foreach (var digit in "482139")
        {
            Assert.Single(tokens, Scribe.Value.Find(digit.ToString())!.Value);
        }
    }

    [Fact]
    public void LeadingSpacesAreKept()
    {
        Assert.NotEqual(Scribe.Value.Encode("the"), Scribe.Value.Encode(" the"));
        Assert.Single(Scribe.Value.Encode(" the"));
        Assert.Equal("   the", Scribe.Value.Decode(Scribe.Value.Encode("   the")));
    }

    [Fact]
    public void ControlTokensOnlyWhereAllowed()
    {
        Assert.Equal([0], Scribe.Value.Encode("<|endoftext|>", special: true));
        Assert.DoesNotContain(0, Scribe.Value.Encode("<|endoftext|>"));
        Assert.Equal("<|endoftext|>", Scribe.Value.Decode(Scribe.Value.Encode("<|endoftext|>")));
        Assert.Equal("<|endoftext|>", Scribe.Value.Decode([0]));
        Assert.Equal(0, Scribe.Value.Find("<|endoftext|>"));
        Assert.Null(Scribe.Value.Find("<|im_end|>"));
    }

    [Fact]
    public void AnyTextComesBack() => Gen.OneOf('a', 'T', ' ', ' ', '\n', '7', 'é', '字', '\u0301', '\'', '.').Array[0, 60]
        .Select(c => new string(c)).Sample(text => Scribe.Value.Decode(Scribe.Value.Encode(text)) == text, iter: 3000);

    [Fact]
    public void AnyUtf16ComesBackAsItsUtf8() => Gen.String.Sample(text =>
    {
        var valid = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return Scribe.Value.Decode(Scribe.Value.Encode(text)) == valid;
    }, iter: 3000);

    [Fact]
    public void AStreamNeverHasHalfACharacter() => Gen.OneOf("a", " the", "é", "字", "😀", "👩‍👩‍👧", "\n").Array[0, 12]
        .Select(parts => string.Concat(parts)).Sample(CheckStream, iter: 500);

    [Fact]
    public void AStreamOfBrokenBytesEndsWithReplacements()
    {
        var stream = Scribe.Value.NewStream();
        var tokens = Scribe.Value.Encode("😀");
        Assert.True(tokens.Length > 1);
        Assert.Equal("", stream.Add(tokens[0]));
        Assert.Equal("\uFFFD", stream.Finish());
        Assert.Equal("", stream.Finish());
    }

    [Fact]
    public void IdsOutsideTheVocabulary()
    {
        Assert.Equal("", Scribe.Value.Decode([2048, int.MaxValue]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scribe.Value.Decode([-1]));
    }

    [Fact]
    public void BytesWithoutATokenAreLeftOut()
    {
        var tables = ScribeTables.Value;
        var x = Array.IndexOf(tables.Tokens, "x");
        var kinds = (TokenKind[])tables.Kinds.Clone();
        kinds[x] = TokenKind.Unused;
        var merges = tables.Merges.Where(m => !m.Contains('x')).ToArray();
        Assert.Equal("abc", Decode(new ByteLevelBpe(tables with { Kinds = kinds, Merges = merges }), "axbxcx"));

        static string Decode(ITextTokenizer t, string text) => t.Decode(t.Encode(text));
    }

    [Fact]
    public void LiteralTokensAreTheLongestOfTheLeftmost()
    {
        var literals = new LiteralTokens([("<a", 1), ("<a>", 2), ("b", 3), ("a>b", 4)], new HashSet<int>());
        Assert.Equal([(null, 0..1), (2, 1..4), (3, 4..5), (1, 5..7), (null, 7..8)], literals.Split("x<a>b<ax").Select(p => (p.Id,
            p.Range)));
    }

    [Fact]
    public void AddedTokensNeedNoPermission()
    {
        var tables = ScribeTables.Value;
        var kinds = (TokenKind[])tables.Kinds.Clone();
        kinds[0] = TokenKind.Added;
        Assert.Equal([0], new ByteLevelBpe(tables with { Kinds = kinds }).Encode("<|endoftext|>"));
    }

    [Fact]
    public void TablesThatDoNotFit()
    {
        var tables = ScribeTables.Value;
        foreach (var merge in new[] { "th", "t h e", "qqq zzz", "", " ", "t zzzzz" })
        {
            var refusal = Assert.Throws<ModelFormatException>(() => new ByteLevelBpe(tables with { Merges = [merge] }));
            Assert.Contains("merge 0", refusal.Message);
        }

        var twice = (string?[])tables.Tokens.Clone();
        twice[5] = twice[6];
        Assert.Contains("both", Assert.Throws<ModelFormatException>(() => new ByteLevelBpe(tables with { Tokens = twice })).Message);
    }

    [Fact]
    public void LongWordsAreNotSlow()
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        Assert.NotEmpty(Scribe.Value.Encode(new string('a', 100_000)));
        Assert.NotEmpty(Scribe.Value.Encode(new string(' ', 100_000) + "x"));
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(10), $"{started.Elapsed}");
    }

    private static bool CheckStream(string text)
    {
        var tokens = Scribe.Value.Encode(text);
        var stream = Scribe.Value.NewStream();
        var result = new StringBuilder();
        foreach (var token in tokens)
        {
            var piece = stream.Add(token);
            if (piece.Contains('\uFFFD') || piece.Length > 0 && char.IsHighSurrogate(piece[^1]))
            {
                return false;
            }

            result.Append(piece);
        }

        return result.Append(stream.Finish()).ToString() == text;
    }

    private static void CheckFixture(string path, string fixture)
    {
        using var model = ModelFile.Open(path);
        using var json = JsonDocument.Parse(File.ReadAllText(fixture));
        Assert.Equal(json.RootElement.GetProperty("sha256").GetString(), model.Sha256);
        var count = 0;
        foreach (var prompt in json.RootElement.GetProperty("prompts").EnumerateArray())
        {
            count++;
            var text = prompt.GetProperty("text").GetString()!;
            Assert.Equal(Ints(prompt.GetProperty("prompt_ids")), model.Prompt(text, prompt.GetProperty("chat").GetBoolean()));
            Assert.Equal(prompt.GetProperty("greedy_text").GetString(), model.Tokenizer.Decode(Ints(prompt.GetProperty("greedy_ids"))));
        }

        Assert.True(count >= 9);
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(i => i.GetInt32())];
}
