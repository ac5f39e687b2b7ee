using System.Text.Json;
using MPCache.Models;

namespace MPCache.Service;

/// <summary>Body of <c>/v1/chat/completions</c>.</summary>
internal sealed record AskedChat : AskedOptions
{
    public AskedMessage[]? Messages { get; init; }

    public JsonElement? Tools { get; init; }

    public JsonElement? Functions { get; init; }

    public JsonElement? ResponseFormat { get; init; }

    public string[]? Modalities { get; init; }

    public JsonElement? Audio { get; init; }

    public IReadOnlyList<ChatMessage> Conversation() => Messages is { Length: > 0 }
        ? [.. Messages.Select((m, i) => m.Read($"messages[{i}]"))]
        : throw new RequestException("messages is missing or empty: say what is asked.", "messages", "invalid_value");

    protected override void Refuse()
    {
        base.Refuse();
        const string notThere = "is not there: text runs privately, and nothing else does.";
        Refuse(Tools is { ValueKind: JsonValueKind.Array } tools && tools.GetArrayLength() > 0, "tools", $"Calling tools {notThere}");
        Refuse(Functions is { ValueKind: JsonValueKind.Array } f && f.GetArrayLength() > 0, "functions", $"Calling functions {notThere}");
        bool sound = Modalities?.Any(m => m != "text") == true || Audio is { ValueKind: JsonValueKind.Object };
        Refuse(sound, "modalities", $"Sound {notThere}");
        Refuse(ResponseFormat is { ValueKind: JsonValueKind.Object } format
            && !(format.TryGetProperty("type", out JsonElement type) && type.ValueEquals("text")), "response_format",
            "response_format is text only: a grammar would have to be held against secret logits.");
    }
}
