using System.Text.Json;
using MPCache.Models;

namespace MPCache.Service;

/// <summary>One message of a request.</summary>
internal sealed record AskedMessage
{
    public string? Role { get; init; }

    public JsonElement? Content { get; init; }

    /// <summary>The message as a chat template takes it.</summary>
    /// <exception cref="RequestException">It holds something else than text.</exception>
    public ChatMessage Read(string where)
    {
        string role = Role switch
        {
            "developer" or "system" => "system",
            "user" or "assistant" => Role,
            "tool" or "function" => throw new RequestException(
                "Results of tools are not there: text runs privately, and nothing else does.", $"{where}.role"),
            _ => throw new RequestException("role takes system, developer, user or assistant.", $"{where}.role", "invalid_value"),
        };
        return new ChatMessage(role, Content switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Array } parts => string.Concat(parts.EnumerateArray().Select(p => Part(p, where))),
            null or { ValueKind: JsonValueKind.Null } when role == "assistant" => "",
            _ => throw new RequestException("content takes a text, or a list of parts of type text.", $"{where}.content", "invalid_value"),
        });
    }

    private static string Part(JsonElement part, string where) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out JsonElement type) && type.ValueEquals("text")
            && part.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw new RequestException("A part of the content is not text: images, sound and files cannot be run privately here.",
                $"{where}.content");
}
