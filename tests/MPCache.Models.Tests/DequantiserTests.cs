using System.Runtime.InteropServices;
using System.Text.Json;
using MPCache.Models.Storage;

namespace MPCache.Models.Tests;

public class DequantiserTests
{
    private static readonly byte[] One = [0x00, 0x3C];
    private static readonly byte[] Two = [0x00, 0x40];
    private static readonly byte[] MinusHalf = [0x00, 0xB8];

    [Theory]
    [InlineData("Q4_0")]
    [InlineData("Q4_1")]
    [InlineData("Q5_0")]
    [InlineData("Q5_1")]
    [InlineData("Q8_0")]
    [InlineData("Q4_K")]
    [InlineData("Q5_K")]
    [InlineData("Q6_K")]
    public void AgreesWithGgml(string name)
    {
        using var json = JsonDocument.Parse(
            File.ReadAllText(Repository.File("tests", "MPCache.Models.Tests", "fixtures", "ggml-blocks.json")));
        var entry = json.RootElement.GetProperty(name);
        var bytes = Convert.FromHexString(entry.GetProperty("bytes").GetString()!);
        var expected = MemoryMarshal.Cast<byte, float>(Convert.FromHexString(entry.GetProperty("floats").GetString()!)).ToArray();

        var actual = Read(Enum.Parse<StorageType>(name), bytes, expected.Length);

        // Not to the bit: ggml may fuse multiply and add, and orders the factors of a few types differently.
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(MathF.Abs(actual[i] - expected[i]) <= 1e-6f * MathF.Max(1, MathF.Abs(expected[i])), $"{i}: {actual[i]} for "
                + $"{expected[i]}");
        }
    }

    [Fact]
    public void PlainTypes()
    {
        Assert.Equal([1.5f, -2f, float.NegativeInfinity], Read(StorageType.F32, Floats(1.5f, -2f, float.NegativeInfinity), 3));
        Assert.Equal([1f, 2f, -0.5f, 65504f, 5.9604645e-8f, float.PositiveInfinity],
            Read(StorageType.F16, [.. One, .. Two, .. MinusHalf, 0xFF, 0x7B, 0x01, 0x00, 0x00, 0x7C], 6));
        Assert.Equal([1f, -2f, 3.140625f], Read(StorageType.BF16, [0x80, 0x3F, 0x00, 0xC0, 0x49, 0x40], 3));
    }

    [Fact]
    public void Q4_0_ByHand()
    {
        // Byte 0: low 15 is number 0, high 0 is number 16. All others 8, which is zero.
        byte[] quants = [0x0F, .. Enumerable.Repeat((byte)0x88, 15)];
        var expected = new float[32];
        (expected[0], expected[16]) = (14f, -16f);
        Assert.Equal(expected, Read(StorageType.Q4_0, [.. Two, .. quants], 32));
    }

    [Fact]
    public void Q4_1_ByHand()
    {
        byte[] quants = [0x31, .. new byte[15]];
        var expected = Enumerable.Repeat(-0.5f, 32).ToArray();
        (expected[0], expected[16]) = (1.5f, 5.5f);
        Assert.Equal(expected, Read(StorageType.Q4_1, [.. Two, .. MinusHalf, .. quants], 32));
    }

    [Fact]
    public void Q5_ByHand()
    {
        // Fifth bits of numbers 1 and 31; nibbles: number 1 has 2, number 31 has 15.
        byte[] fifth = [0x02, 0, 0, 0x80];
        byte[] quants = [0x00, 0x02, .. new byte[13], 0xF0];
        var zero = Enumerable.Repeat(-16f, 32).ToArray();
        (zero[1], zero[31]) = (2f, 15f);
        Assert.Equal(zero, Read(StorageType.Q5_0, [.. One, .. fifth, .. quants], 32));

        var one = Enumerable.Repeat(2f, 32).ToArray();
        (one[1], one[31]) = (20f, 33f);
        Assert.Equal(one, Read(StorageType.Q5_1, [.. One, .. Two, .. fifth, .. quants], 32));
    }

    [Fact]
    public void Q8_0_ByHand()
    {
        byte[] quants = [0x7F, 0x80, 0xFF, .. new byte[29]];
        var expected = new float[32];
        (expected[0], expected[1], expected[2]) = (-63.5f, 64f, 0.5f);
        Assert.Equal(expected, Read(StorageType.Q8_0, [.. MinusHalf, .. quants], 32));
    }

    [Fact]
    public void Q4_K_ByHand()
    {
        // Sub-block 1: scale 3, minimum 5. Sub-block 5: scale 0b10_0001 = 33, minimum 0b01_0010 = 18: nibbles in byte 9, top bits in bytes
        // 1, 5.
        var packed = new byte[12];
        (packed[1], packed[5], packed[9]) = (3 | 0b10 << 6, 5 | 0b01 << 6, 0x21);
        var quants = new byte[128];
        quants[0] = 0x70;         // Sub-block 1, number 0: 7.
        quants[2 * 32 + 31] = 0xA0; // Sub-block 5, number 31: 10.
        var expected = new float[256];
        Array.Fill(expected, -2f * 5, 32, 32);
        Array.Fill(expected, -2f * 18, 160, 32);
        expected[32] = 3 * 7 - 10;
        expected[191] = 33 * 10 - 36;
        Assert.Equal(expected, Read(StorageType.Q4_K, [.. One, .. Two, .. packed, .. quants], 256));
    }

    [Fact]
    public void Q5_K_ByHand()
    {
        var packed = new byte[12];
        (packed[0], packed[1]) = (1, 1);
        var fifth = new byte[32];
        fifth[4] = 0b10; // Number 4 of sub-block 1.
        var quants = new byte[128];
        quants[4] = 0x30;
        var expected = new float[256];
        expected[36] = 19;
        Assert.Equal(expected, Read(StorageType.Q5_K, [.. One, .. Two, .. packed, .. fifth, .. quants], 256));
    }

    [Fact]
    public void Q6_K_ByHand()
    {
        var (low, high, scales) = (new byte[128], new byte[64], new byte[16]);
        scales[15] = 0xFE; // Numbers 240 to 255: scale -2; all others 0.
        low[127] = 0x50;   // Number 255 is in the high nibble of the last byte,
        high[63] = 0xC0;   // its two top bits are the last pair: 0b11_0101 - 32 = 21.
        var expected = new float[256];
        Array.Fill(expected, 64f, 240, 16);
        expected[255] = -42;
        var actual = Read(StorageType.Q6_K, [.. low, .. high, .. scales, .. One], 256);
        Assert.Equal(expected, actual.Select(x => x + 0f)); // -0 is 0 here.
    }

    [Fact]
    public void RefusesLengthsThatDoNotFit() => Assert.Throws<ArgumentException>(() => Read(StorageType.Q8_0, new byte[33], 32));

    private static byte[] Floats(params float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static float[] Read(StorageType type, byte[] bytes, int count)
    {
        var result = new float[count];
        Dequantiser.Read(type, bytes, result);
        return result;
    }
}
