using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MPCache.Kernels.Tests;

/// <summary>The generator against FIPS 197 and the platform's AES, on every set.</summary>
public sealed class AesTests
{
    public static TheoryData<string> Sets => [.. InstructionSets.All];

    [SkippableTheory]
    [MemberData(nameof(Sets))]
    public void Fips197_AppendixC(string set)
    {
        Available(set);
        byte[] key = Convert.FromHexString("000102030405060708090a0b0c0d0e0f");
        byte[] plain = Convert.FromHexString("00112233445566778899aabbccddeeff");
        ulong[] words = new ulong[2];
        UsingSet.Run(set, () =>
        {
            ulong nonce = BinaryPrimitives.ReadUInt64LittleEndian(plain), block = BinaryPrimitives.ReadUInt64LittleEndian(plain.AsSpan(8));
            Kernel.PrgFill(new AesKey(key), nonce, block, words);
            return 0;
        });
        Assert.Equal(Convert.FromHexString("69c4e0d86a7b0430d8cdb78070b4c55a"), Bytes(words));
    }

    [SkippableTheory]
    [MemberData(nameof(Sets))]
    public void Fips197_AppendixA_LastRoundKey(string set)
    {
        Available(set);
        AesKey key = UsingSet.Run(set, () => new AesKey(Convert.FromHexString("2b7e151628aed2a6abf7158809cf4f3c")));
        Assert.Equal("D014F9A8C9EE2589E13F0CC8B6630CA6", Convert.ToHexString(key.Schedule[160..]));
    }

    [Fact]
    public void SBox_ByItsDefinition()
    {
        Assert.Equal([0x63, 0x7c, 0xed, 0x16], new byte[] { 0x00, 0x01, 0x53, 0xff }.Select(ManagedAes.SubstituteByte));
        Assert.Equal(256, Enumerable.Range(0, 256).Select(x => ManagedAes.SubstituteByte((byte)x)).Distinct().Count());
    }

    [SkippableTheory]
    [MemberData(nameof(Sets))]
    public void Stream_IsCounterModeOfThePlatformsAes(string set)
    {
        Available(set);
        byte[] key = RandomNumberGenerator.GetBytes(16);
        ulong[] words = new ulong[74];
        UsingSet.Run(set, () =>
        {
            Kernel.PrgFill(new AesKey(key), 7, ulong.MaxValue - 3, words);
            return 0;
        });
        using Aes aes = Aes.Create();
        aes.Key = key;
        byte[] block = new byte[16];
        for (int j = 0; j < words.Length / 2; j++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(block, 7);
            BinaryPrimitives.WriteUInt64LittleEndian(block.AsSpan(8), unchecked(ulong.MaxValue - 3 + (ulong)j));
            Assert.Equal(aes.EncryptEcb(block, PaddingMode.None), Bytes(words.AsSpan(2 * j, 2)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(513)]
    [InlineData(1000)]
    public unsafe void WithoutInstructions_IsTheSameStream(int n)
    {
        AesKey key = new(RandomNumberGenerator.GetBytes(16));
        ulong[] start = new Data(n).Words(n);
        ulong[] expected = [.. start], found = [.. start];
        Kernel.PrgSub(key, 5, 9, expected);
        fixed (ulong* o = found)
        {
            ManagedPrg.WithoutInstructions<ManagedPrg.Sub>(key, 5, 9, o, n);
        }

        Assert.Equal(expected, found);
    }

    [SkippableTheory]
    [MemberData(nameof(Sets))]
    public void OneKey_ManyThreads(string set)
    {
        Available(set);
        AesKey key = new(new byte[16]);
        bool[] same = UsingSet.Run(set, () =>
        {
            ulong[] expected = new ulong[999];
            Kernel.PrgFill(key, 1, 0, expected);
            return Enumerable.Range(0, 64).AsParallel().WithDegreeOfParallelism(8).Select(_ =>
            {
                ulong[] words = new ulong[999];
                Kernel.PrgFill(key, 1, 0, words);
                return words.SequenceEqual(expected);
            }).ToArray();
        });
        Assert.All(same, Assert.True);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(32)]
    public void Key_HasSixteenBytes(int length) =>
        Assert.Contains("16 bytes", Assert.Throws<ArgumentException>(() => new AesKey(new byte[length])).Message);

    private static byte[] Bytes(ReadOnlySpan<ulong> words)
    {
        byte[] bytes = new byte[8 * words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8 * i), words[i]);
        }

        return bytes;
    }

    private static void Available(string set) => Skip.IfNot(KernelSelection.Available().Contains(set), $"{set} is not available here.");
}
