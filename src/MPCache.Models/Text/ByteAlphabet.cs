using System.Text;

namespace MPCache.Models.Text;

/// <summary>
/// The alphabet of byte-level BPE: each byte is one printable character. Printable Latin-1 stands for itself; the other 68 bytes are, in
/// order, the characters from U+0100.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = Build();
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(b => Characters[b], b => (byte)b);

    public static char Character(byte value) => Characters[value];

    /// <summary>The bytes that a token stands for. A token with a character outside the alphabet stands for its own UTF-8.</summary>
    public static byte[] Decode(string token)
    {
        var result = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            if (!Bytes.TryGetValue(token[i], out result[i]))
            {
                return Encoding.UTF8.GetBytes(token);
            }
        }

        return result;
    }

    private static char[] Build()
    {
        var result = new char[256];
        var next = 0x100;
        for (var b = 0; b < 256; b++)
        {
            var printable = b is >= 0x21 and <= 0x7E or >= 0xA1 and <= 0xAC or >= 0xAE;
            result[b] = printable ? (char)b : (char)next++;
        }

        return result;
    }
}
