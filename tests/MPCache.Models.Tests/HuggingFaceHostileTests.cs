#pragma warning disable RCS0056 // lines of JSON as published files have them
using System.Text;
using System.Text.Json.Nodes;

namespace MPCache.Models.Tests;

/// <summary>Broken and hostile Hugging Face folders are refused with a message, without a crash and without a large allocation.</summary>
public class HuggingFaceHostileTests
{
    [Fact]
    public void SafetensorsTruncatedAnywhere()
    {
        using var folder = new TempFolder();
        var path = TinyModel.WriteFolder(folder, "llama");
        var file = File.ReadAllBytes(Path.Combine(path, "model.safetensors"));
        Assert.True(Harness.Exercise(path, "whole"));
        for (var length = 0; length < file.Length; length += length < 3000 ? 7 : 997)
        {
            folder.Write("model.safetensors", file[..length]);
            Assert.False(Harness.Exercise(path, $"cut at {length}"));
        }
    }

    [Theory]
    [InlineData("model.safetensors", 3000)]
    [InlineData("config.json", 1000)]
    [InlineData("tokenizer.json", 8000)]
    [InlineData("tokenizer_config.json", 400)]
    public void BytesChanged(string name, int range)
    {
        using var folder = new TempFolder();
        var path = TinyModel.WriteFolder(folder, "gpt2");
        var file = File.ReadAllBytes(Path.Combine(path, name));
        var random = new Random(name.Length);
        var refused = 0;
        for (var round = 0; round < 300; round++)
        {
            var copy = (byte[])file.Clone();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                copy[random.Next(Math.Min(range, copy.Length))] = (byte)(random.Next(2) == 0
                    ? random.Next(256)
                    : "0129{}[],:\"-e\\ul"[random.Next(16)]);
            }

            folder.Write(name, copy);
            refused += Harness.Exercise(path, $"{name}, round {round}") ? 0 : 1;
        }

        Assert.True(refused > 20, $"{refused} of 300 were refused");
    }

    [Fact]
    public void JsonTruncatedAnywhere()
    {
        using var folder = new TempFolder();
        var path = TinyModel.WriteFolder(folder, "llama");
        foreach (var name in new[] { "config.json", "tokenizer.json" })
        {
            var file = File.ReadAllBytes(Path.Combine(path, name));
            for (var length = 0; length < file.Length; length += 31)
            {
                folder.Write(name, file[..length]);
                Assert.False(Harness.Exercise(path, $"{name} cut at {length}"));
            }

            folder.Write(name, file);
        }
    }

    [Theory]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "does not take")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "not within")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", "not within")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}""", "not within")]
    [InlineData("""{"t":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "does not take")]
    [InlineData("""{"t":{"dtype":"F32","shape":[0,1],"data_offsets":[0,0]}}""", "dimension of 0")]
    [InlineData("""{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "dimension of -1")]
    [InlineData("""{"t":{"dtype":"Q9","shape":[1],"data_offsets":[0,4]}}""", "'Q9' is unknown")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", "more than 8 dimensions")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "is expected")]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"u":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
        "is expected")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "belong to none")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", "cannot be read")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "cannot be read")]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""",
        "cannot be read")]
    [InlineData("""{"t":7}""", "cannot be read")]
    [InlineData("""[1]""", "not a JSON object")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "is missing")]
    public void SafetensorsHeaders(string header, string cause)
    {
        using var folder = new TempFolder();
        folder.Write("config.json", TinyModel.Json(TinyModel.HuggingFaceConfig("llama")));
        folder.Write("model.safetensors", SafetensorsBuilder.Raw(header, new byte[8]));
        Assert.Contains(cause, Harness.Refused(folder.Path).Message);
    }

    [Fact]
    public void SafetensorsHeaderLengths()
    {
        using var folder = new TempFolder();
        folder.Write("config.json", TinyModel.Json(TinyModel.HuggingFaceConfig("llama")));
        foreach (var length in new[] { ulong.MaxValue, 1UL << 40, 99_000_000UL, 3UL })
        {
            folder.Write("model.safetensors", SafetensorsBuilder.Raw("{}", [], length));
            Assert.Contains("header", Harness.Refused(folder.Path).Message);
        }
    }

    [Fact]
    public void DeepNestingIsRefused()
    {
        using var folder = new TempFolder();
        var path = TinyModel.WriteFolder(folder, "llama");
        folder.Write("config.json", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))));
        Assert.False(Harness.Exercise(path, "nesting"));
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\b.safetensors")]
    [InlineData("weights.bin")]
    [InlineData("")]
    public void AnIndexStaysInItsFolder(string shard)
    {
        using var folder = new TempFolder();
        folder.Write("config.json", TinyModel.Json(TinyModel.HuggingFaceConfig("llama")));
        folder.Write("model.safetensors.index.json", TinyModel.Json(new JsonObject { ["weight_map"] = new JsonObject { ["t"] = shard } }));
        Assert.Contains("not the name of a safetensors file", Harness.Refused(folder.Path).Message);
    }

    [Fact]
    public void AnIndexThatIsWrong()
    {
        using var folder = new TempFolder();
        TinyModel.WriteFolder(folder, "llama", shards: 2);
        var path = Path.Combine(folder.Path, "model.safetensors.index.json");
        var good = File.ReadAllText(path);

        File.WriteAllText(path, good.Replace("\"model.norm.weight\":\"model-00001", "\"model.norm.weight\":\"model-00002")
            .Replace("\"model.norm.weight\":\"model-00002-of-00002", "\"model.norm.weights\":\"model-00002-of-00002"));
        Assert.Equal("model.norm.weights", Harness.Refused(folder.Path).Tensor);

        File.WriteAllText(path, good);
        File.Copy(
            Path.Combine(folder.Path, "model-00001-of-00002.safetensors"),
            Path.Combine(folder.Path, "model-00002-of-00002.safetensors"),
            true);
        Assert.Contains("another file", Harness.Refused(folder.Path).Message);

        File.Delete(Path.Combine(folder.Path, "model-00002-of-00002.safetensors"));
        Assert.Contains("no such file", Harness.Refused(folder.Path).Message);
    }

    [Theory]
    [InlineData("model_type", "\"mamba\"", "not supported")]
    [InlineData("hidden_act", "\"relu\"", "silu")]
    [InlineData("attention_bias", "true", "q_proj.bias")]
    [InlineData("mlp_bias", "true", "biases")]
    [InlineData("rope_scaling", """{"rope_type":"llama3","factor":8.0}""", "'original_max_position_embeddings'")]
    [InlineData("rope_scaling", """{"rope_type":"yarn","factor":8.0}""", "rotary")]
    [InlineData("hidden_size", "\"16\"", "'hidden_size' is not an integer")]
    [InlineData("hidden_size", "99999999999", "'hidden_size' is not an integer")]
    [InlineData("num_hidden_layers", "2000000000", "number of layers")]
    [InlineData("num_hidden_layers", "3", "missing")]
    [InlineData("num_attention_heads", "0", "number of heads")]
    [InlineData("num_key_value_heads", "3", "evenly")]
    [InlineData("vocab_size", "271", "[271, 16]")]
    [InlineData("eos_token_id", "272", "special token 272")]
    [InlineData("rms_norm_eps", "\"x\"", "'rms_norm_eps' is not a number")]
    public void Configurations(string key, string value, string cause)
    {
        using var folder = new TempFolder();
        TinyModel.WriteFolder(folder, "llama");
        var config = TinyModel.HuggingFaceConfig("llama");
        config[key] = JsonNode.Parse(value);
        folder.Write("config.json", TinyModel.Json(config));
        Assert.Contains(cause, Harness.Refused(folder.Path).Message);
    }

    [Fact]
    public void BiasTensorsAreNotIgnored()
    {
        using var folder = new TempFolder();
        TinyModel.WriteFolder(folder, "llama");
        var builder = new SafetensorsBuilder();
        foreach (var (name, rows, columns, values) in TinyModel.HuggingFaceTensors("llama"))
        {
            builder.Tensor(name, rows, columns, values);
        }

        folder.Write("model.safetensors", builder.Tensor("model.layers.0.self_attn.q_proj.bias", 16, 1, new float[16]).Build());
        Assert.Equal("model.layers.0.self_attn.q_proj.bias", Harness.Refused(folder.Path).Tensor);
    }

    [Theory]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}""", "12", null)]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"use_regex":true}""", "", "pre-tokenizer")]
    [InlineData("""{"type":"Metaspace"}""", "", "pre-tokenizer")]
    [InlineData("""{"type":"Sequence","pretokenizers":[]}""", "", "pre-tokenizer")]
    [InlineData("""{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated"},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}""", "", "pre-tokenizer")]
    [InlineData("null", "", "no pre-tokenizer")]
    public void PreTokenizers(string json, string text, string? cause)
    {
        using var folder = new TempFolder();
        TinyModel.WriteFolder(folder, "llama");
        folder.Write("tokenizer.json", TinyModel.Json(TinyModel.TokenizerJson(json)));
        if (cause is not null)
        {
            Assert.Contains(cause, Harness.Refused(folder.Path).Message);
            return;
        }

        using var model = ModelFile.Open(folder.Path);
        Assert.Equal(text, model.Tokenizer.Decode(model.Tokenizer.Encode(text)));
    }

    [Fact]
    public void Llama3sTokenizerJson()
    {
        const string pre = """
            {"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},
            "behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}
            """;
        using var folder = new TempFolder();
        TinyModel.WriteFolder(folder, "llama");
        var json = TinyModel.TokenizerJson(pre);
        json["post_processor"] = JsonNode.Parse("""
            {"type":"Sequence","processors":[{"type":"ByteLevel"},{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<|endoftext|>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}]}]}
            """);

        // "hello" has a merge path; with the first merge gone, only the rule of whole words finds it.
        json["model"]!["merges"]!.AsArray().RemoveAt(0);
        folder.Write("tokenizer.json", TinyModel.Json(json));
        using (var merged = ModelFile.Open(folder.Path))
        {
            Assert.True(merged.Config.AddBos);
            Assert.True(merged.Tokenizer.Encode("hello").Length > 1);
        }

        json["model"]!["ignore_merges"] = true;
        folder.Write("tokenizer.json", TinyModel.Json(json));
        using var whole = ModelFile.Open(folder.Path);
        Assert.Equal([0, Array.IndexOf(TinyModel.Tokens(), "hello")], whole.Prompt("hello", useChat: false));
    }

    [Fact]
    public void WithoutATokenizerTheWeightsStillOpen()
    {
        using var folder = new TempFolder();
        TinyModel.WriteFolder(folder, "llama");
        File.Delete(Path.Combine(folder.Path, "tokenizer.json"));
        using var model = ModelFile.Open(folder.Path);
        Assert.Contains("no tokenizer.json", Assert.Throws<ModelFormatException>(() => model.Tokenizer).Message);
    }
}
