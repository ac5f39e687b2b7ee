using CsCheck;
using MPCache.Models.Gguf;
using MPCache.Models.Storage;
using MPCache.Models.Text;

namespace MPCache.Models.Tests;

/// <summary>
/// Damaged vocabularies of SentencePiece and chat templates are read or refused, as the files of <see cref="FuzzTargets"/> are. With
/// MPCACHE_FUZZ_SECONDS=N each runs N seconds.
/// </summary>
public class DamagedFileTests
{
    private static readonly int Seconds =
        int.TryParse(Environment.GetEnvironmentVariable("MPCACHE_FUZZ_SECONDS"), out int given) ? given : -1;

    private static readonly int Rounds = Seconds > 0 ? -1 : 200;

    [Fact]
    public void GgufVocabularies() => Hold("gguf-vocabulary", isJson: false, tables => Vocabularies
        .SentencePiece(tables, prefix: true, equalScores: false).Build().File, path =>
    {
        using var mapped = new MappedFile(path);
        return GgufTokenizer.Read(new GgufFile(mapped), 1 << 14).Create();
    });

    [Fact]
    public void SentencePieceJson() => Hold("sentence-piece-json", isJson: true, tables => TinyModel.Json(Vocabularies
        .SentencePieceJson(tables, TokenizerPatterns.SpaceBeforeEachText, null)), path => HuggingFace.TokenizerJson
        .Read(HuggingFace.JsonFile.TryRead(path, 1 << 24)!, 1 << 14, null, []).Create());

    [Fact]
    public void ChatTemplates() => Gen.OneOf("{{", "}}", "{%", "%}", "{#", "#}", "'", "\"", "\\", "\\n", "message.role",
        "message['content']", "+",
        "'<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>'", "'[INST] '", "<<SYS>>", "date_string = '", " ",
            "bos_token").Array[0, 40]
        .Sample(parts =>
        {
            string text = string.Concat(Enumerable.Repeat(string.Concat(parts), 200));
            _ = Chat.ChatForms.Find(Chat.JinjaText.Dense(text));
        }, iter: Rounds, time: Seconds, threads: 1);

    private static void Hold(string name, bool isJson, Func<ByteLevelTables, byte[]> seed, Func<string, ITextTokenizer> read)
    {
        using var scribe = new MappedFile(Repository.Scribe);
        var tables = (ByteLevelTables)GgufTokenizer.Read(new GgufFile(scribe), 2048);
        using var folder = new TempFolder();
        var target = new FuzzTarget(name, new(() => [seed(tables)]), bytes =>
        {
            string path = folder.Write("damaged", bytes);
            try
            {
                ITextTokenizer tokenizer = read(path);
                tokenizer.Decode(tokenizer.Encode("hello world 12 <|im_end|>", special: true));
                return "read";
            }
            catch (ModelFormatException refusal) when (refusal.File == path && !string.IsNullOrWhiteSpace(refusal.Cause))
            {
                return refusal.Cause;
            }
        })
        {
            IsJson = isJson,
            MostAllocated = 256 << 20,
        };
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Fuzzer.Result result = Fuzzer.Run(
            target, seed: 1, inputs => Seconds > 0 ? clock.Elapsed.TotalSeconds < Seconds : inputs < Rounds);
        Assert.True(result.Finding is null, result.Finding?.What);
    }
}
