using System.Text.Json;

namespace MPCache.Models.HuggingFace;

/// <summary>JSON from an untrusted file: its size is limited, and every fault becomes a <see cref="ModelFormatException"/> that names
/// it.</summary>
internal sealed class JsonFile
{
    private JsonFile(string path, JsonElement root) => (Path, Root) = (path, root);

    public string Path { get; }

    /// <summary>The outermost value; an object.</summary>
    public JsonElement Root { get; }

    /// <summary>Reads a file; null where it does not exist.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="mostBytes">Refused beyond this.</param>
    public static JsonFile? TryRead(string path, long mostBytes)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        return Parse(path, () => ReadAll(path, mostBytes));
    }

    /// <summary>Parses the bytes of (a part of) a file.</summary>
    public static JsonFile Parse(string path, Func<byte[]> bytes) => Guard(path, () =>
    {
        var root = JsonElement.Parse(bytes(), new JsonDocumentOptions { AllowDuplicateProperties = false });
        return root.ValueKind == JsonValueKind.Object
            ? new JsonFile(path, root)
            : throw new ModelFormatException(path, "it is not a JSON object");
    });

    /// <summary>Runs code that walks the JSON; what it stumbles over becomes a <see cref="ModelFormatException"/>.</summary>
    public T Walk<T>(Func<JsonElement, T> walk) => Guard(Path, () => walk(Root));

    /// <summary>An integer of 32 bits; null where it is absent or null.</summary>
    public int? Integer(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var result)
            ? result
            : throw Mistyped(name, "an integer of 32 bits");

    /// <summary>A number; null where it is absent or null.</summary>
    public float? Number(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var result) ? result : throw Mistyped(name, "a number");

    /// <summary>A boolean; null where it is absent or null.</summary>
    public bool? Flag(string name) => Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Mistyped(name, "a boolean");

    /// <summary>A string; null where it is absent or null.</summary>
    public string? Text(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? Walk(_ => value.GetString()) : throw Mistyped(name, "a string");

    /// <summary>A value that is there and not null.</summary>
    public JsonElement? Find(string name) =>
        Root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public int Required(string name) => Integer(name) ?? throw new ModelFormatException(Path, $"'{name}' is missing");

    private static byte[] ReadAll(string path, long mostBytes)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length > mostBytes)
        {
            throw new ModelFormatException(path, $"its {stream.Length} bytes are more than the {mostBytes} allowed");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);

        // Some editors put a byte order mark; JSON has none.
        return bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes;
    }

    private static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException
            or OverflowException or IndexOutOfRangeException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(
                path,
                $"it cannot be read: {ModelFormatException.Printable(error.Message.TrimEnd('.'))}",
                inner: error);
        }
    }

    private ModelFormatException Mistyped(string name, string expected) => new(Path, $"'{name}' is not {expected}");
}
