using System.Text.Json;

namespace MPCache.Models.Tests;

/// <summary>The same weights through every format are the same tensors, to the bit.</summary>
public class FormatTests
{
    public static TheoryData<string> Architectures => [.. TinyArchitecture.All.Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Gguf(string architecture)
    {
        using var folder = new TempFolder();
        Check(folder.Write("tiny.gguf", TinyModel.Gguf(architecture).Build().File), architecture);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void HuggingFace(string architecture)
    {
        foreach (int shards in new[] { 1, 3 })
        {
            using var folder = new TempFolder();
            Check(TinyModel.WriteFolder(folder, architecture, shards), architecture);
        }
    }

    [Theory]
    [InlineData("F16", 1e-3f)]
    [InlineData("BF16", 8e-3f)]
    public void HuggingFaceInHalfPrecision(string type, float error)
    {
        using var folder = new TempFolder();
        TinyModel.WriteFolder(folder, "gpt2");
        var builder = new SafetensorsBuilder();
        foreach (var (name, rows, columns, values) in TinyModel.HuggingFaceTensors("gpt2"))
        {
            builder.Tensor(name, rows, columns, values, type);
        }

        folder.Write("model.safetensors", builder.Build());
        using var model = ModelFile.Open(folder.Path);
        foreach (var ((role, layer), values) in TinyModel.Weights(model.Config))
        {
            Assert.All(model.Read(role, layer).Zip(values), p => Assert.InRange(p.First, p.Second - error, p.Second + error));
        }
    }

    [Fact]
    public void QuantisedTensorsAreReadByRow()
    {
        using var folder = new TempFolder();
        var path = folder.Write("q.gguf", WithQ8Norm());
        using var model = ModelFile.Open(path);
        Assert.Equal(2f, model.Read(TensorRole.OutputNorm)[31]);

        static byte[] WithQ8Norm()
        {
            // A model of width 32, so that one Q8_0 block is a row; everything else zero in F16.
            var b = new GgufBuilder().Key("general.architecture", "llama").Key("llama.block_count", 1u).Key("llama.context_length", 4u)
                .Key("llama.embedding_length", 32u).Key("llama.feed_forward_length", 32u).Key("llama.attention.head_count", 2u)
                .Key("llama.attention.layer_norm_rms_epsilon", 1e-5f);
            b.Tensor("token_embd.weight", [32, 3], 8, new byte[3 * 34])
                .Tensor("output_norm.weight", [32], 8, [0, 0x40, .. new byte[31], 1]);
            foreach (var name in new[] { "attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down" })
            {
                b.Tensor($"blk.0.{name}.weight", [32, 32], 1, new byte[32 * 32 * 2]);
            }

            b.Tensor("blk.0.attn_norm.weight", [32], 0, new byte[128]).Tensor("blk.0.ffn_norm.weight", [32], 0, new byte[128]);
            return b.Build().File;
        }
    }

    [Fact]
    public void WhatIsNotThereIsSaid()
    {
        using var folder = new TempFolder();
        var model = ModelFile.Open(folder.Write("tiny.gguf", TinyModel.Gguf("llama").Build().File));
        Assert.False(model.Has(TensorRole.UpBias, 0));
        Assert.False(model.Has(TensorRole.Query, 2));
        Assert.Throws<ArgumentException>(() => model.Read(TensorRole.UpBias, 0));
        Assert.Throws<ArgumentException>(() => model.Read(TensorRole.Query));
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Read(TensorRole.Query, 0));
    }

    private static void Check(string path, string architecture)
    {
        using var model = ModelFile.Open(path);
        var expected = TinyModel.Config(architecture);
        Assert.Equal(JsonSerializer.Serialize(expected with { Name = "" }), JsonSerializer.Serialize(model.Config with { Name = "" }));
        var weights = TinyModel.Weights(expected);
        foreach (var ((role, layer), values) in weights)
        {
            Assert.True(model.Has(role, layer), $"{role} {layer}");
            Assert.True(values.AsSpan().SequenceEqual(model.Read(role, layer)), $"{role} {layer}");
        }

        if (expected.TiedOutput)
        {
            Assert.False(model.Has(TensorRole.Output));
            Assert.Equal(weights[(TensorRole.TokenEmbedding, -1)], model.Read(TensorRole.Output));
        }

        Assert.Equal(weights.Values.Sum(v => (long)v.Length), model.Config.Parameters);
        Assert.Equal(64, model.Sha256.Length);

        // "hello" is a merge of merges; digits are apart; the chat's control tokens are tokens, the user's are not.
        var hello = Array.IndexOf(TinyModel.Tokens(), "hello");
        var (one, two) = (Array.IndexOf(TinyModel.Tokens(), "1"), Array.IndexOf(TinyModel.Tokens(), "2"));
        Assert.Equal([hello, one, two], model.Tokenizer.Encode("hello12"));
        var chat = model.Prompt("hello<|im_end|>", useChat: true);
        Assert.Equal(3, chat.Count(t => t == 1));
        Assert.Equal(2, chat.Count(t => t == 2));
        Assert.Equal("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nhello<|im_end|><|im_end|>\n<|im_start|>assistant\n",
            model.Tokenizer.Decode(chat));
    }
}
