using System.Text;

namespace MPCache.Cli;

/// <summary>Reads text that a user wrote, byte for byte: a file that is not UTF-8 is refused instead of being altered.</summary>
internal static class PromptFile
{
    // Sixteen bytes for each token of a context far longer than any supported one.
    private const int MostBytes = 1 << 24;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file, or of standard input for "-".</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names it, for errors.</param>
    /// <exception cref="ArgumentException">It is missing, too large, or not text in UTF-8; the message says what to do.</exception>
    public static string Read(string path, string option)
    {
        byte[] bytes = ReadBytes(path, option);
        string name = path == "-" ? "standard input" : path;
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new ArgumentException($"{option}: {name} is UTF-16. Convert it: iconv -f UTF-16 -t UTF-8.");
        }

        if (bytes is [0xEF, 0xBB, 0xBF, ..])
        {
            Console.Error.WriteLine($"mpcache: {option}: {name} begins with a byte-order mark, which is left out: it is no part of the "
                + $"text.");
            bytes = bytes[3..];
        }

        if (Array.IndexOf(bytes, (byte)0) is >= 0 and int zero)
        {
            throw new ArgumentException($"{option}: byte {zero:N0} of {name} is zero, so it is no text in UTF-8. "
                + "If it is UTF-16, convert it: iconv -f UTF-16LE -t UTF-8.");
        }

        try
        {
            return s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            string wrong = $"the first wrong byte is number {e.Index:N0} (0x{e.BytesUnknown?[0]:X2})";
            throw new ArgumentException(
                $"{option}: {name} is not UTF-8: {wrong}. If it is Latin-1, convert it: iconv -f LATIN1 -t UTF-8.",
                e);
        }
    }

    private static byte[] ReadBytes(string path, string option)
    {
        try
        {
            using Stream from = path == "-" ? Console.OpenStandardInput() : new FileStream(path, FileMode.Open, FileAccess.Read,
                FileShare.Read);
            using var all = new MemoryStream();
            byte[] piece = new byte[1 << 16];
            for (int count; (count = from.Read(piece)) > 0;)
            {
                all.Write(piece, 0, count);
                if (all.Length > MostBytes)
                {
                    throw new ArgumentException($"{option}: {path} has more than {MostBytes:N0} bytes, more than any model reads.");
                }
            }

            return all.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArgumentException($"{option}: there is no file {path}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"{option}: {path} cannot be read: {e.Message}", e);
        }
    }
}
