using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using MPCache.Models.Gguf;
using MPCache.Models.Storage;
using MPCache.Models.Text;

namespace MPCache.Models.Tests;

/// <summary>
/// Damaged files of every kind are read or refused with a <see cref="ModelFormatException"/> that names them: no other exception, no hang,
/// no allocation that the file's size does not explain. Each test damages 200 files; with MPCACHE_FUZZ_SECONDS=N it runs N seconds.
/// </summary>
public class DamagedFileTests
{
    private static readonly int Seconds =
        int.TryParse(Environment.GetEnvironmentVariable("MPCACHE_FUZZ_SECONDS"), out int given) ? given : -1;

    private static readonly int Rounds = Seconds > 0 ? -1 : 200;

    private static readonly Gen<(int Kind, double At, double Length, ulong Value)> Damage =
        Gen.Select(Gen.Int[0, 6], Gen.Double[0, 1], Gen.Double[0, 1], Gen.OneOf(Gen.ULong, Gen.OneOf(Extremes)));

    private static ulong[] Extremes => [0, 1, 0xFF, 0x7F, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1UL << 32, 1UL << 62, long.MaxValue,
        ulong.MaxValue];

    [Theory]
    [InlineData("llama")]
    [InlineData("gpt2")]
    public void Gguf(string family)
    {
        (byte[] file, int data) = TinyModel.Gguf(family).Build();
        Run(file, data, (folder, damaged) => Harness.Exercise(folder.Write("damaged.gguf", damaged), "damaged"));
    }

    [Fact]
    public void GgufVocabularies()
    {
        using var scribe = new MappedFile(Repository.Scribe);
        var tables = (ByteLevelTables)GgufTokenizer.Read(new GgufFile(scribe), 2048);
        byte[] file = Vocabularies.SentencePiece(tables, prefix: true, equalScores: false).Build().File;
        Run(file, file.Length, (folder, damaged) => Refused(folder.Write("damaged.gguf", damaged), path =>
        {
            using var mapped = new MappedFile(path);
            ITextTokenizer tokenizer = GgufTokenizer.Read(new GgufFile(mapped), 1 << 14).Create();
            tokenizer.Decode(tokenizer.Encode("hello world 12 <|im_end|>", special: true));
        }));
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    public void HuggingFaceFolders(string name)
    {
        using var whole = new TempFolder();
        TinyModel.WriteFolder(whole, "llama");
        byte[] file = File.ReadAllBytes(whole.File(name));
        Run(file, Math.Min(file.Length, 4000), (folder, damaged) =>
        {
            if (!File.Exists(folder.File("config.json")))
            {
                TinyModel.WriteFolder(folder, "llama");
            }

            folder.Write(name, damaged);
            Harness.Exercise(folder.Path, $"damaged {name}");
        });
    }

    [Fact]
    public void SentencePieceJson()
    {
        using var scribe = new MappedFile(Repository.Scribe);
        var tables = (ByteLevelTables)GgufTokenizer.Read(new GgufFile(scribe), 2048);
        JsonObject json = Vocabularies.SentencePieceJson(tables, TokenizerPatterns.SpaceBeforeEachText, null);
        byte[] file = TinyModel.Json(json);
        Run(file, file.Length, (folder, damaged) => Refused(folder.Write("tokenizer.json", damaged), path =>
        {
            ITextTokenizer tokenizer = HuggingFace.TokenizerJson.Read(HuggingFace.JsonFile.TryRead(path, 1 << 24)!, 1 << 14, null, [])
                .Create();
            tokenizer.Decode(tokenizer.Encode("hello world 12 <|im_end|>", special: true));
        }));
    }

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

    /// <summary>Damages the first bytes of a file, again and again, each time anew.</summary>
    private static void Run(byte[] file, int first, Action<TempFolder, byte[]> read)
    {
        using var folder = new TempFolder();
        Damage.Array[1, 4].Sample(damages =>
        {
            byte[] damaged = damages.Aggregate(file, (bytes, d) => Apply(bytes, Math.Min(first, bytes.Length), d.Kind, d.At, d.Length,
                d.Value));
            Task work = Task.Run(() => read(folder, damaged));
            Assert.True(work.ContinueWith(_ => { }).Wait(TimeSpan.FromSeconds(60)), "it hangs");
            work.GetAwaiter().GetResult();
        }, iter: Rounds, time: Seconds, threads: 1);
    }

    private static byte[] Apply(byte[] bytes, int first, int kind, double at, double length, ulong value)
    {
        if (first == 0)
        {
            return bytes;
        }

        int begin = (int)(at * (first - 1)), end = begin + (int)(length * length * length * (bytes.Length - begin));
        switch (kind)
        {
            case 0: // one byte
                byte[] changed = [.. bytes];
                changed[begin] = (byte)value;
                return changed;
            case 1: // a field of eight bytes
                byte[] field = [.. bytes];
                BitConverter.GetBytes(value).AsSpan(0, Math.Min(8, field.Length - begin)).CopyTo(field.AsSpan(begin));
                return field;
            case 2: // cut off
                return bytes[..begin];
            case 3: // a range is missing
                return [.. bytes[..begin], .. bytes[end..]];
            case 4: // a range comes twice
                return [.. bytes[..end], .. bytes[begin..]];
            case 5: // zeros
                byte[] zeroed = [.. bytes];
                zeroed.AsSpan(begin, end - begin).Clear();
                return zeroed;
            default: // a number of JSON
                return [.. bytes[..begin], .. Encoding.ASCII.GetBytes(((long)value)
                    .ToString(System.Globalization.CultureInfo.InvariantCulture)), .. bytes[begin..]];
        }
    }

    private static void Refused(string path, Action<string> read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(path);
        }
        catch (ModelFormatException refusal)
        {
            Assert.Equal(path, refusal.File);
            Assert.False(string.IsNullOrWhiteSpace(refusal.Cause));
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 256 << 20, $"{allocated} bytes were allocated");
    }
}
