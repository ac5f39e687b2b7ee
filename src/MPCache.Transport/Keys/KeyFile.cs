using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>A role's keys on disk: one JSON file that its owner alone can read, written whole or not at all.</summary>
public static class KeyFile
{
    private const string Format = "mpcache keys 1";
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Longest = 1 << 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower
    };

    private sealed record Stored(string Format, string Role, string Fingerprint, string PrivateKey, StoredPeer[] Trusted);

    private sealed record StoredPeer(
        string Role,
        string Fingerprint,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Models);

    /// <summary>
    /// Where a role's keys are looked for: <c>ROLE.keys</c> in MPCACHE_KEYS, else in mpcache in the user's configuration folder
    /// (XDG_CONFIG_HOME).
    /// </summary>
    public static string DefaultPath(Role role)
    {
        string folder = Environment.GetEnvironmentVariable("MPCACHE_KEYS") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData,
                Environment.SpecialFolderOption.DoNotVerify), "mpcache");
        return Path.Combine(folder, $"{role.Word()}.keys");
    }

    /// <summary>Reads a role's keys.</summary>
    /// <exception cref="IOException">There are none, others can read them, or they are another role's; the message says what to
    /// do.</exception>
    public static Keyring Load(string path, Role role)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException(
                $"The {role.Word()} has no keys: {path} is not there. Say \"mpcache keys new {role.Word()}\" once (and then whom it "
                    + $"trusts: \"mpcache keys trust {role.Word()} ...\"), " +
                "name another file with --keys, or use --insecure-transport, which neither encrypts nor knows anybody, on this machine's "
                    + "loopback addresses alone.", e);
        }

        using (file)
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & ~Owner) is not 0 and UnixFileMode more)
            {
                throw new IOException($"{path} holds a private key and may be used by others ({more}). Say: chmod 600 {path} (and make "
                    + $"new keys if somebody else may have read it).");
            }

            if (file.Length > Longest)
            {
                throw new IOException($"{path} is no file of keys: it has {file.Length:N0} bytes.");
            }

            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            Keyring keys = Parse(bytes, path);
            CryptographicOperations.ZeroMemory(bytes);
            return keys.Owner == role ? keys : throw new IOException($"{path} holds keys of a {keys.Owner.Word()}; a {role.Word()} needs "
                + $"its own: mpcache keys new {role.Word()}");
        }
    }

    /// <summary>Writes keys; the folder is made if need be.</summary>
    /// <param name="keys">What to write.</param>
    /// <param name="path">Where to.</param>
    /// <param name="replace">False for new keys, which must not take the place of others.</param>
    /// <exception cref="IOException">The file is there already and is not to be replaced, or cannot be written.</exception>
    public static void Save(Keyring keys, string path, bool replace)
    {
        string full = Path.GetFullPath(path), folder = Path.GetDirectoryName(full)!, partial = $"{full}.{Environment.ProcessId}.new";
        bool posix = !OperatingSystem.IsWindows();
        if (posix && !Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        }

        Directory.CreateDirectory(folder);
        if (!replace && File.Exists(full))
        {
            throw new IOException($"{path} is there already: whoever trusts its key would not know a new one. Remove it first if that is "
                + $"what you want.");
        }

        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (posix)
        {
            options.UnixCreateMode = Owner;
        }

        try
        {
            using (FileStream file = new(partial, options))
            {
                file.Write(Serialize(keys));
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, full, replace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} could not be written: {e.Message}. Free some space, make the folder one that can be written, or "
                + $"name another with MPCACHE_KEYS. What was there before is unchanged.", e);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Keys as a file holds them.</summary>
    public static byte[] Serialize(Keyring keys) => JsonSerializer.SerializeToUtf8Bytes(
        new Stored(Format, keys.Owner.Word(), keys.Fingerprint, Convert.ToBase64String(keys.PrivateKey()),
            [.. keys.Trusted.Select(t => new StoredPeer(t.Role.Word(), t.Fingerprint, t.Note,
                t.Models is { Count: > 0 } ? t.Models : null))]), Json);

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <exception cref="IOException">It is none of ours, or damaged.</exception>
    public static Keyring Parse(ReadOnlySpan<byte> bytes, string path)
    {
        ECDsa? key = null;
        try
        {
            Stored stored = JsonSerializer.Deserialize<Stored>(bytes, Json) ?? throw new JsonException("it is empty");
            if (stored.Format != Format)
            {
                throw new JsonException($"its format is \"{stored.Format}\", not \"{Format}\"");
            }

            key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(Convert.FromBase64String(stored.PrivateKey), out _);
            var keys = new Keyring(RoleOf(stored.Role), key, (stored.Trusted ?? []).Select(Peer));
            return keys.Fingerprint == stored.Fingerprint ? keys : throw new JsonException("its fingerprint is not its key's");
        }
        catch (Exception e) when (e is JsonException or FormatException or CryptographicException or ArgumentException
            or PlatformNotSupportedException) // of a curve that this machine does not know
        {
            key?.Dispose();
            throw new IOException($"{path} cannot be read as a file of keys: {e.Message.TrimEnd('.')}. Restore it from a copy, or remove "
                + $"it and make new keys with \"mpcache keys new ROLE\".", e);
        }
    }

    /// <exception cref="JsonException">The entry is none.</exception>
    private static TrustedPeer Peer(StoredPeer? stored) => Keyring.IsFingerprint(stored?.Fingerprint ?? "")
        ? new TrustedPeer(RoleOf(stored!.Role), stored.Fingerprint, stored.Note, stored.Models)
        : throw new JsonException($"it trusts \"{stored?.Fingerprint}\", which is no fingerprint");

    /// <summary>The role that a user means.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static Role RoleOf(string word) => word switch
    {
        "client" => Role.Client,
        "server" => Role.Server,
        "dealer" => Role.Dealer,
        _ => throw new ArgumentException($"\"{word}\" is no role: client, server or dealer is."),
    };
}
