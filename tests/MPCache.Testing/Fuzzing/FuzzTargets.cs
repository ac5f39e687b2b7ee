using MPCache.Models;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Testing;

/// <summary>Everything that reads what comes from outside: files here, records of sessions in <see cref="RecordTargets"/>, links in <see cref="LinkTargets"/>.</summary>
public static class FuzzTargets
{
    /// <summary>All of them. Who adds a format or a record adds its target.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Gguf("llama"), Gguf("gpt2"), Gguf("gemma3"),
        .. new[] { "model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json" }.Select(file => Folder(file, shards: 1)),
        Folder("model.safetensors.index.json", shards: 2),
        Keys(),
        .. RecordTargets.All,
        .. LinkTargets.All,
    ];

    private static FuzzTarget Gguf(string architecture)
    {
        (byte[] file, int data) = TinyModel.Gguf(architecture).Build();
        return new FuzzTarget($"gguf-{architecture}", new(() => [file]), bytes =>
        {
            using var folder = new TempFolder();
            return OfModel(folder.Write("damaged.gguf", bytes));
        })
        {
            Header = data,
        };
    }

    private static FuzzTarget Folder(string name, int shards) => new(name.Replace('.', '-').Replace('_', '-'), new(() =>
    {
        using var whole = new TempFolder();
        TinyModel.WriteFolder(whole, "llama", shards);
        return [File.ReadAllBytes(whole.File(name))];
    }), bytes =>
    {
        using var folder = new TempFolder();
        TinyModel.WriteFolder(folder, "llama", shards);
        folder.Write(name, bytes);
        return OfModel(folder.Path);
    })
    {
        IsJson = name.EndsWith("json", StringComparison.Ordinal),
        Header = 4000,
    };

    private static string OfModel(string path)
    {
        try
        {
            ModelUse.All(path);
            return "read";
        }
        catch (ModelFormatException refusal) when (refusal.File.StartsWith(path, StringComparison.Ordinal)
            && !string.IsNullOrWhiteSpace(refusal.Cause))
        {
            return refusal.Cause;
        }
    }

    private static FuzzTarget Keys() => new("keys", new(() =>
    {
        using var keys = Keyring.Create(Role.Server);
        using var peer = Keyring.Create(Role.Client);
        return [KeyFile.Serialize(keys), KeyFile.Serialize(keys.With(new TrustedPeer(Role.Client, peer.Fingerprint, "a note")))];
    }), bytes =>
    {
        try
        {
            using Keyring keys = KeyFile.Parse(bytes, "damaged.keys");
            _ = keys.Find(Role.Client, keys.Fingerprint);
            using Keyring again = KeyFile.Parse(KeyFile.Serialize(keys), "written.keys");
            return again.Trusted.Count == keys.Trusted.Count ? "read" : throw new InvalidDataException("It does not come back as written.");
        }
        catch (IOException refusal) when (refusal.Message.StartsWith("damaged.keys cannot be read", StringComparison.Ordinal))
        {
            return refusal.Message;
        }
    })
    {
        IsJson = true,
    };
}
