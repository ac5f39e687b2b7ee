using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using System.Text;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>
/// The client's file of masked weights F: a header of 64 KiB (magic, length, model, mask, a keyed hash of all), then F as
/// <see cref="ModelLayout"/> places it. Written under another name and renamed when whole; checked when opened. The key of the hash
/// is the client's own (<c>client.key</c> beside it, readable by its user alone): who can only write the file cannot forge it.
/// </summary>
public sealed unsafe class MaskedWeightsFile : IDisposable
{
    private const int HeaderBytes = 1 << 16;
    private const int DiskFull = 28, DiskFullOnWindows = unchecked((int)0x80070070); // ENOSPC, ERROR_DISK_FULL
    private const string Magic = "MPCACHE-MASKED-WEIGHTS-2\n";

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private MaskedWeightsFile(MemoryMappedFile file, MemoryMappedViewAccessor view, nint start) => (_file, _view, Start) = (file, view,
        start);

    /// <summary>Address of F in memory.</summary>
    public nint Start { get; }

    /// <summary>
    /// Where the file of this model and mask lies below <paramref name="folder"/>. The server's words enter as a hash alone.
    /// </summary>
    public static string PathFor(string folder, PublicModel model) => Path.Combine(folder,
        $"{Name(model.Sha256)}-{Name(model.MaskId)}.masked");

    private static string Name(string told) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(told)))[..16];

    /// <summary>The user's cache folder: MPCACHE_CACHE, or mpcache in the platform's own.</summary>
    public static string DefaultFolder =>
        Environment.GetEnvironmentVariable("MPCACHE_CACHE") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.Create), "mpcache");

    /// <summary>
    /// Opens the file where it is there, whole and of this model; null otherwise. A file that fails the check is removed.
    /// </summary>
    /// <exception cref="IOException">It cannot be read, or fails the check and cannot be removed.</exception>
    public static MaskedWeightsFile? TryOpen(string folder, PublicModel model)
    {
        string path = PathFor(folder, model);
        if (!File.Exists(path))
        {
            return null;
        }

        long length = new ModelLayout(model.Config).Bytes;
        if (new FileInfo(path).Length == HeaderBytes + length)
        {
            MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            var opened = new MaskedWeightsFile(file, view, (nint)start + HeaderBytes);
            byte[] header = Header(model, Hash(folder, model, start + HeaderBytes, length));
            if (new ReadOnlySpan<byte>(start, HeaderBytes).SequenceEqual(header))
            {
                Touch(path);
                return opened;
            }

            opened.Dispose();
        }

        try
        {
            File.Delete(path); // damaged, or of another version: it is fetched again
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} is damaged or of another version, and cannot be removed: {e.Message} Make the folder one that "
                + $"can be written, or name another with MPCACHE_CACHE.", e);
        }

        return null;
    }

    /// <summary>When it was used last decides which of a model's files is kept; a folder that is only read keeps them all.</summary>
    private static void Touch(string path)
    {
        try
        {
            File.SetLastAccessTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is only read.
        }
    }

    /// <summary>Receives F from the server into the file, then opens it.</summary>
    /// <param name="folder">Where it is kept.</param>
    /// <param name="model">What the server announced, checked.</param>
    /// <param name="most">Bytes at most.</param>
    /// <param name="server">Link to the server.</param>
    /// <param name="progress">Told bytes received, and of how many.</param>
    /// <exception cref="SessionException">The server announces more than <paramref name="most"/>.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written; the message says which and what to do.</exception>
    public static MaskedWeightsFile Receive(string folder, PublicModel model, long most, IChannel server, Action<long, long>? progress)
    {
        string path = PathFor(folder, model), partial = $"{path}.{Environment.ProcessId}.partial";
        long length = new ModelLayout(model.Config).Bytes;
        if (length > most)
        {
            throw new SessionException(EndReason.TooLarge,
                $"The masked weights of {model.Config.Name} take {length / 1e9:N1} GB; at most {most / 1e9:N1} GB are stored. "
                + $"Say --max-weights-gb {Math.Ceiling(length / 1e9):N0} if this model is what you want.");
        }

        if (Directory.Exists(path))
        {
            throw new IOException($"{path} is a folder, and the masked weights belong there as a file. Remove or rename it, or name "
                + $"another cache folder with MPCACHE_CACHE.");
        }

        try
        {
            Directory.CreateDirectory(folder);
            RemoveAbandoned(folder);
            using (FileStream file = new(partial, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                file.SetLength(HeaderBytes + length);
                file.Position = HeaderBytes;
                using IncrementalHash hash = Keyed(folder, model);
                byte[] piece = new byte[Piece];
                for (long at = 0; at < length;)
                {
                    int count = (int)Math.Min(piece.Length, length - at);
                    server.Receive(FrameKind.MaskedWeights, piece.AsSpan(0, count));
                    hash.AppendData(piece, 0, count);
                    file.Write(piece, 0, count);
                    at += count;
                    progress?.Invoke(at, length);
                }

                file.Position = 0;
                file.Write(Header(model, hash.GetHashAndReset()));
            }

            RemoveOldMasks(path);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException and not ChannelException or UnauthorizedAccessException)
        {
            string cure = e.HResult is DiskFull or DiskFullOnWindows ? "Free some space" : "Make the folder one that can be written";
            throw new IOException($"The masked weights ({length / 1e6:N0} MB) could not be written to {folder}: {e.Message} {cure}, or "
                + $"name another with MPCACHE_CACHE.", e);
        }
        finally
        {
            File.Delete(partial);
        }

        return TryOpen(folder,
            model) ?? throw new IOException($"{path} does not read back as it was written. Check the disk, or name another folder with "
                + $"MPCACHE_CACHE.");
    }

    /// <summary>Removes what processes left that were killed while they received: nobody holds it open any more.</summary>
    private static void RemoveAbandoned(string folder)
    {
        foreach (string partial in Directory.GetFiles(folder, "*.partial"))
        {
            try
            {
                using FileStream free = new(partial, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                File.Delete(partial);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its process is still receiving.
            }
        }
    }

    /// <summary>
    /// Keeps, of a model's masks beside the new one, only that which was used last: a server that changes its mask leaves one file, and two
    /// servers of one model
    /// do not send theirs again and again.
    /// </summary>
    private static void RemoveOldMasks(string path)
    {
        string model = Path.GetFileName(path).Split('-')[0];
        foreach (string old in Directory.GetFiles(Path.GetDirectoryName(path)!,
            $"{model}-*.masked").Where(f => f != path).OrderByDescending(File.GetLastAccessTimeUtc).Skip(1))
        {
            File.Delete(old);
        }
    }

    /// <summary>Bytes of one frame of F.</summary>
    internal const int Piece = 1 << 20;

    /// <summary>HMAC-SHA-256 under the client's key, with what the header says taken in already.</summary>
    private static IncrementalHash Keyed(string folder, PublicModel model)
    {
        byte[] key = PrivateFile.Secret(Path.Combine(folder, "client.key"), 32);
        IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        CryptographicOperations.ZeroMemory(key);
        hash.AppendData(Encoding.UTF8.GetBytes(About(model)));
        return hash;
    }

    private static byte[] Hash(string folder, PublicModel model, byte* start, long length)
    {
        using IncrementalHash hash = Keyed(folder, model);
        for (long at = 0; at < length; at += Piece)
        {
            hash.AppendData(new ReadOnlySpan<byte>(start + at, (int)Math.Min(Piece, length - at)));
        }

        return hash.GetHashAndReset();
    }

    private static byte[] Header(PublicModel model, byte[] hash)
    {
        byte[] header = new byte[HeaderBytes];
        Encoding.UTF8.GetBytes($"{About(model)}hmac-sha256 {Convert.ToHexString(hash)}\n").CopyTo(header, 0);
        return header;
    }

    private static string About(PublicModel model) =>
        $"{Magic}model {model.Sha256}\nmask {model.MaskId}\nlayout {new ModelLayout(model.Config).Bytes}\n";

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
