using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MPCache.Models.Storage;

/// <summary>
/// Turns stored numbers into fp32. A block has an fp16 scale d (and for some types an fp16 offset m) and small integers q:
/// w = d * q + m, with q centred for the types without an offset. Layouts: ggml's block structures.
/// </summary>
internal static class Dequantiser
{
    private const int SmallBlock = 32;
    private const int SuperBlock = 256;

    /// <summary>Reads whole blocks.</summary>
    /// <param name="type">Any type but <see cref="StorageType.Opaque"/>.</param>
    /// <param name="source">Exactly the bytes of <paramref name="destination"/>'s numbers.</param>
    /// <param name="destination">A multiple of the type's block.</param>
    /// <exception cref="ArgumentException">The lengths do not fit: a bug of the caller, since files are checked before.</exception>
    public static void Read(StorageType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        var (elements, bytes) = StorageTypes.Block(type);
        if (destination.Length % elements != 0 || source.Length != destination.Length / elements * bytes)
        {
            throw new ArgumentException($"{source.Length} bytes are not {destination.Length} numbers of {type}");
        }

        switch (type)
        {
            case StorageType.F32:
                ReadF32(source, destination);
                return;
            case StorageType.F16:
                ReadF16(source, destination);
                return;
            case StorageType.BF16:
                ReadBF16(source, destination);
                return;
        }

        for (; !destination.IsEmpty; source = source[bytes..], destination = destination[elements..])
        {
            var block = source[..bytes];
            var numbers = destination[..elements];
            switch (type)
            {
                case StorageType.Q4_0:
                    ReadNibbles(Half(block), -8 * Half(block), block[2..], numbers);
                    break;
                case StorageType.Q4_1:
                    ReadNibbles(Half(block), Half(block[2..]), block[4..], numbers);
                    break;
                case StorageType.Q5_0:
                    ReadFiveBits(Half(block), -16 * Half(block), block[2..], numbers);
                    break;
                case StorageType.Q5_1:
                    ReadFiveBits(Half(block), Half(block[2..]), block[4..], numbers);
                    break;
                case StorageType.Q8_0:
                    ReadQ8(block, numbers);
                    break;
                case StorageType.Q4_K:
                    ReadWithMinima(block, [], block[16..], numbers);
                    break;
                case StorageType.Q5_K:
                    ReadWithMinima(block, block.Slice(16, 32), block[48..], numbers);
                    break;
                case StorageType.Q6_K:
                    ReadQ6K(block, numbers);
                    break;
            }
        }
    }

    private static float Half(ReadOnlySpan<byte> source) => (float)BinaryPrimitives.ReadHalfLittleEndian(source);

    private static void ReadF32(ReadOnlySpan<byte> source, Span<float> destination)
    {
        if (BitConverter.IsLittleEndian)
        {
            source.CopyTo(MemoryMarshal.AsBytes(destination));
            return;
        }

        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(4 * i)..]);
        }
    }

    private static void ReadF16(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = Half(source[(2 * i)..]);
        }
    }

    private static void ReadBF16(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * i)..]) << 16);
        }
    }

    /// <summary>16 bytes: low nibbles are numbers 0 to 15, high nibbles 16 to 31.</summary>
    private static void ReadNibbles(float scale, float offset, ReadOnlySpan<byte> quants, Span<float> numbers)
    {
        for (var i = 0; i < SmallBlock / 2; i++)
        {
            numbers[i] = scale * (quants[i] & 15) + offset;
            numbers[i + SmallBlock / 2] = scale * (quants[i] >> 4) + offset;
        }
    }

    /// <summary>Four bytes of fifth bits, bit i for number i, then the nibbles as above.</summary>
    private static void ReadFiveBits(float scale, float offset, ReadOnlySpan<byte> quants, Span<float> numbers)
    {
        var fifth = BinaryPrimitives.ReadUInt32LittleEndian(quants);
        quants = quants[4..];
        for (var i = 0; i < SmallBlock / 2; i++)
        {
            numbers[i] = scale * ((quants[i] & 15) | (int)(fifth >> i & 1) << 4) + offset;
            numbers[i + SmallBlock / 2] = scale * (quants[i] >> 4 | (int)(fifth >> (i + 16) & 1) << 4) + offset;
        }
    }

    private static void ReadQ8(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        var scale = Half(block);
        for (var i = 0; i < SmallBlock; i++)
        {
            numbers[i] = scale * (sbyte)block[2 + i];
        }
    }

    /// <summary>
    /// Q4_K and Q5_K: d and dmin in fp16, 12 bytes with eight 6-bit scales and minima, then for each pair of 32 numbers 32 bytes of
    /// nibbles.
    /// Bit s of byte i of <paramref name="fifth"/> is the fifth bit of number i in the sub-block s; empty for Q4_K.
    /// </summary>
    private static void ReadWithMinima(ReadOnlySpan<byte> block, ReadOnlySpan<byte> fifth, ReadOnlySpan<byte> quants, Span<float> numbers)
    {
        var (d, dmin) = (Half(block), Half(block[2..]));
        var packed = block.Slice(4, 12);
        for (var sub = 0; sub < SuperBlock / SmallBlock; sub++)
        {
            var (scale, minimum) = SixBitPair(packed, sub);
            var (step, offset) = (d * scale, -dmin * minimum);
            var nibbles = quants.Slice(sub / 2 * SmallBlock, SmallBlock);
            var output = numbers.Slice(sub * SmallBlock, SmallBlock);
            for (var i = 0; i < SmallBlock; i++)
            {
                var q = nibbles[i] >> (sub % 2 * 4) & 15;
                if (!fifth.IsEmpty)
                {
                    q |= (fifth[i] >> sub & 1) << 4;
                }

                output[i] = step * q + offset;
            }
        }
    }

    /// <summary>
    /// Scale and minimum of sub-block <paramref name="sub"/>: the first four have the low six bits of bytes 0..3 and 4..7; the last four
    /// have a nibble each in bytes 8..11 and their top two bits in the top of bytes 0..3 and 4..7.
    /// </summary>
    private static (int Scale, int Minimum) SixBitPair(ReadOnlySpan<byte> packed, int sub)
    {
        if (sub < 4)
        {
            return (packed[sub] & 63, packed[sub + 4] & 63);
        }

        var low = packed[sub + 4];
        return ((low & 15) | packed[sub - 4] >> 6 << 4, low >> 4 | packed[sub] >> 6 << 4);
    }

    /// <summary>
    /// Q6_K: 128 bytes of low nibbles, 64 bytes of top bit pairs, 16 signed scales (one for 16 numbers), d in fp16. Each half of 128
    /// numbers
    /// takes 64 bytes of nibbles and 32 of pairs; its quarter t of 32 numbers has pair t of each byte.
    /// </summary>
    private static void ReadQ6K(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        var low = block[..128];
        var high = block.Slice(128, 64);
        var scales = block.Slice(192, 16);
        var d = Half(block[208..]);
        for (var i = 0; i < SuperBlock; i++)
        {
            var (half, quarter, column) = (i / 128, i / 32 % 4, i % 32);
            var nibble = low[half * 64 + quarter % 2 * 32 + column] >> (quarter / 2 * 4) & 15;
            var pair = high[half * 32 + column] >> (2 * quarter) & 3;
            numbers[i] = d * (sbyte)scales[i / 16] * ((nibble | pair << 4) - 32);
        }
    }
}
