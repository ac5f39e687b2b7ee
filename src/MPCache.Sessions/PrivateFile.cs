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

    /// <summary>A new file, the owner's alone.</summary>
    /// <exception cref="IOException">There is one already, or the folder cannot be written.</exception>
    public static FileStream OpenNew(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    /// <summary>Writes a file that must not be there yet.</summary>
    /// <exception cref="IOException">There is one already, or it cannot be written.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path} is there already. Remove it, or name another.");
        }

        WriteNew(Path.GetFullPath(path), content);
    }

    /// <summary>
    /// Overwrites a small file and removes it. Journals, copies and flash memory may keep what was overwritten: see docs/security.md.
    /// </summary>
    public static void Wipe(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(new byte[file.Length]);
            file.Flush(flushToDisk: true);
        }

        File.Delete(path);
    }

    /// <summary>Writes a new file; where another process was faster, its file stays.</summary>
    /// <exception cref="IOException">The folder cannot be written, or the disk is full.</exception>
    public static void WriteNew(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string fresh = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            using (FileStream file = OpenNew(fresh))
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
