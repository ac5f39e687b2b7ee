using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MPCache.Kernels;

/// <summary>The key schedule of AES-128. Free of look-ups by secret bytes, with AES instructions or without.</summary>
internal static class ManagedAes
{
    /// <summary>Eleven round keys from a key of 16 bytes.</summary>
    public static void Expand(Span<byte> schedule, ReadOnlySpan<byte> key)
    {
        key.CopyTo(schedule);
        byte roundConstant = 1;
        for (int at = 16; at < 176; at += 4)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(schedule[(at - 4)..]);
            if (at % 16 == 0)
            {
                word = uint.RotateRight(SubstituteWord(word), 8) ^ roundConstant;
                roundConstant = (byte)((roundConstant << 1) ^ (0x1b & -(roundConstant >> 7)));
            }

            BinaryPrimitives.WriteUInt32LittleEndian(schedule[at..], word ^ BinaryPrimitives.ReadUInt32LittleEndian(schedule[(at - 16)..]));
        }
    }

    private static uint SubstituteWord(uint word)
    {
        if (Aes.IsSupported)
        {
            // With all four columns alike, the shift of rows that comes with the last round moves equal bytes.
            return Aes.EncryptLast(Vector128.Create(word).AsByte(), Vector128<byte>.Zero).AsUInt32().ToScalar();
        }

        return SubstituteByte((byte)word) | ((uint)SubstituteByte((byte)(word >> 8)) << 8)
            | ((uint)SubstituteByte((byte)(word >> 16)) << 16) | ((uint)SubstituteByte((byte)(word >> 24)) << 24);
    }

    /// <summary>The S-box by its definition: the inverse in GF(2^8), then an affine map.</summary>
    internal static byte SubstituteByte(byte x)
    {
        // x^254 by squaring: 254 = 2 + 4 + 8 + ... + 128.
        byte power = x, inverse = 1;
        for (int i = 1; i < 8; i++)
        {
            power = Multiply(power, power);
            inverse = Multiply(inverse, power);
        }

        return (byte)(inverse ^ byte.RotateLeft(inverse, 1) ^ byte.RotateLeft(inverse, 2) ^ byte.RotateLeft(inverse, 3)
            ^ byte.RotateLeft(inverse, 4) ^ 0x63);
    }

    private static byte Multiply(byte a, byte b)
    {
        int sum = 0, shifted = a;
        for (int i = 0; i < 8; i++)
        {
            sum ^= shifted & -((b >> i) & 1);
            shifted = (shifted << 1) ^ (0x11b & -(shifted >> 7));
        }

        return (byte)sum;
    }
}
