namespace MPCache.Models.Tests;

/// <summary>Broken and hostile GGUF files are refused with a message, without a crash and without a large allocation.</summary>
public class GgufHostileTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("gpt2")]
    public void TruncatedAnywhere(string family)
    {
        using var folder = new TempFolder();
        var (file, data) = TinyModel.Gguf(family).Build();
        Assert.True(Harness.Exercise(folder.Write("whole.gguf", file), "whole"));
        for (var length = 0; length < file.Length; length += length < data ? 7 : 997)
        {
            Assert.False(Harness.Exercise(folder.Write("cut.gguf", file[..length]), $"cut at {length}"));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void BytesChanged(int seed)
    {
        using var folder = new TempFolder();
        var (file, data) = TinyModel.Gguf("llama").Build();
        var random = new Random(seed);
        var refused = 0;
        for (var round = 0; round < 700; round++)
        {
            var copy = (byte[])file.Clone();
            var changes = random.Next(1, 4);
            for (var i = 0; i < changes; i++)
            {
                copy[random.Next(data)] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
            }

            refused += Harness.Exercise(folder.Write("changed.gguf", copy), $"seed {seed}, round {round}") ? 0 : 1;
        }

        // Most changes hit text, where they do no harm; a reader that refused nothing would not be checking.
        Assert.True(refused > 50, $"{refused} of 700 were refused");
    }

    [Fact]
    public void EachHeaderFieldOverwrittenWithLargeNumbers()
    {
        using var folder = new TempFolder();
        var (file, data) = TinyModel.Gguf("gpt2").Build();
        for (var at = 4; at < data - 8; at += 5)
        {
            var copy = (byte[])file.Clone();
            BitConverter.TryWriteBytes(copy.AsSpan(at), at % 2 == 0 ? ulong.MaxValue : 0x7FFF_FFFF_FFFF_FFF0);
            Harness.Exercise(folder.Write("large.gguf", copy), $"large at {at}");
        }
    }

    [Fact]
    public void CountsBeyondTheFile()
    {
        Expect("number of tensors", b => b.TensorCount = ulong.MaxValue);
        Expect("number of metadata keys", b => b.KeyCount = 1UL << 60);
        Expect("string of", b => b.Key("x", (byte[])[8, 0, 0, 0, .. BitConverter.GetBytes(ulong.MaxValue)]));
        Expect("array's length", b => b.Key("x", (byte[])[9, 0, 0, 0, 4, 0, 0, 0, .. BitConverter.GetBytes(1UL << 62)]));
        Expect("arrays", b => b.Key("x", (byte[])[9, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]));
        Expect("unknown type 77", b => b.Key("x", (byte[])[77, 0, 0, 0]));
        Expect("comes twice", b => b.Key("general.name", "again"));
        Expect("boolean of value 7", b => b.Key("x", (byte[])[7, 0, 0, 0, 7]));
    }

    [Fact]
    public void Versions()
    {
        Expect("version 2", b => b.Version = 2);
        Expect("big-endian", b => b.Version = 3u << 24);
        using var folder = new TempFolder();
        Assert.Contains("GGUF", Harness.Refused(folder.Write("x.gguf", "PK\x03\x04 not a model"u8.ToArray())).Message);
        Assert.Contains("empty", Harness.Refused(folder.Write("x.gguf", [])).Message);
        Assert.Contains("no such file", Harness.Refused(Path.Combine(folder.Path, "absent.gguf")).Message);
        Assert.Contains("config.json", Harness.Refused(folder.Path).Message);
    }

    [Fact]
    public void Tensors()
    {
        ExpectTensor("extra", "no such tensor", b => b.Tensor("extra", [4], 0, new byte[16]));
        ExpectTensor("blk.0.ffn_up.bias", "no such tensor", b => b.Tensor("blk.0.ffn_up.bias", [4], 0, new byte[16]));
        ExpectTensor("extra", "type 16", b => b.Tensor("extra", [256], 16, new byte[66]));
        ExpectTensor("extra", "dimension of 0", b => b.Tensor("extra", [4, 0], 0, []));
        ExpectTensor("extra", "0 dimensions", b => b.Tensor("extra", [], 0, []));
        ExpectTensor("extra", "5 dimensions", b => b.Tensor("extra", [1, 1, 1, 1, 1], 0, new byte[4]));
        ExpectTensor("extra", "64 bits", b => b.Tensor("extra", [1UL << 40, 1UL << 40], 0, []));
        ExpectTensor("extra", "beyond the end", b => b.Tensor("extra", [1UL << 40], 0, []));
        ExpectTensor("extra", "beyond the end", b => b.Tensor("extra", [8], 0, new byte[32], offset: 0x7FFF_FFFF_FFFF_FFE0));
        ExpectTensor("extra", "beyond the end", b => b.Tensor("extra", [8], 0, new byte[32], offset: 0xFFFF_FFFF_FFFF_FFE0));
        ExpectTensor("extra", "alignment", b => b.Tensor("extra", [8], 0, new byte[32], offset: 1));
        ExpectTensor("extra", "whole blocks", b => b.Tensor("extra", [33], 8, new byte[68]));
        ExpectTensor("output_norm.weight", "two of that name", b => b.Tensor("output_norm.weight", [16], 0, new byte[64]));
    }

    [Fact]
    public void ConfigurationsThatAreNotSupported()
    {
        Expect("rotary scaling 'yarn'", b => b.Key("llama.rope.scaling.type", "yarn"));
        Expect("experts", b => b.Key("llama.expert_count", 8u));
        Expect("alignment 3", b => b.Key("general.alignment", 3u));
        Expect("vocab_size", b => b.Key("llama.vocab_size", 999u));
        Expect("dimension_count", b => b.Key("llama.rope.dimension_count", 2u));
    }

    [Fact]
    public void AMissingOrMisshapenTensorIsNamed()
    {
        using var folder = new TempFolder();
        var (file, _) = TinyModel.Gguf("llama").Build();
        var name = "blk.1.ffn_gate.weight"u8.ToArray();
        var at = file.AsSpan().IndexOf(name);

        var renamed = (byte[])file.Clone();
        renamed[at] = (byte)'x';
        Assert.Equal("blk.1.ffn_gate.weight", Harness.Refused(folder.Write("m.gguf", renamed)).Tensor);

        // Its dimensions are 16 (contiguous) and 24; swapped, the bytes are as many but the shape is wrong.
        var turned = (byte[])file.Clone();
        (turned[at + name.Length + 4], turned[at + name.Length + 12]) = (24, 16);
        var refusal = Harness.Refused(folder.Write("m.gguf", turned));
        Assert.Equal("blk.1.ffn_gate.weight", refusal.Tensor);
        Assert.Contains("[16, 24]", refusal.Cause);
        Assert.Contains("[24, 16]", refusal.Cause);
    }

    [Fact]
    public void MessagesHoldNoControlCharacters()
    {
        var refusal = Expect("no such tensor", b => b.Tensor("\u001b[31m" + new string('x', 500), [8], 0, new byte[32]));
        Assert.DoesNotContain('\u001b', refusal.Message);
        Assert.True(refusal.Message.Length < 400);
    }

    private static ModelFormatException Expect(string cause, Action<GgufBuilder> change)
    {
        using var folder = new TempFolder();
        var builder = TinyModel.Gguf("llama");
        change(builder);
        var path = folder.Write("hostile.gguf", builder.Build().File);
        var refusal = Harness.Refused(path);
        Assert.Equal(path, refusal.File);
        Assert.Contains(cause, refusal.Message);
        return refusal;
    }

    private static void ExpectTensor(string tensor, string cause, Action<GgufBuilder> change) =>
        Assert.Equal(tensor, Expect(cause, change).Tensor);
}
