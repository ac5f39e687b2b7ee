namespace MPCache.Sessions;

/// <summary>Hexadecimal text of a fixed length.</summary>
internal static class Hex
{
    public static void Check(string text, int bytes, string what)
    {
        if (text.Length != 2 * bytes || !text.All(char.IsAsciiHexDigit))
        {
            throw new ArgumentException($"the {what} is not {2 * bytes} hexadecimal digits");
        }
    }
}
