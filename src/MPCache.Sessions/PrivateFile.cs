using System.Security.Cryptography;

namespace MPCache.Sessions;

/// <summary>Small secret files: readable by their owner alone, never half written.</summary>
internal static class PrivateFile
{
    /// <summary>The secret of a file, made where there is none.</summary>
    /// <exception cref="IOException">It cannot be read or made, or has another length.</exception>
    public static byte[] Secret(string path, int bytes)
    {
        if (!File.Exists(path))
        {
            WriteNew(path, RandomNumberGenerator.GetBytes(bytes));
        }

        byte[] kept = File.ReadAllBytes(path);
        return kept.Length == bytes
            ? kept
            : throw new IOException($"{path} has {kept.Length} bytes instead of {bytes}. Remove it to have a new one made.");
    }

    /// <summary>Writes a new file; where another process was faster, its file stays.</summary>
    /// <exception cref="IOException">The folder cannot be written, or the disk is full.</exception>
    public static void WriteNew(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string fresh = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            using (var file = new FileStream(fresh, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Somebody else's is as good.
        }
        finally
        {
            File.Delete(fresh);
        }
    }
}
