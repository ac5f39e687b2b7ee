using System.Text.Json;
using MPCache.Models;

namespace MPCache.Cli;

/// <summary>Earlier turns of a conversation: a JSON list of {"role": ..., "content": ...}.</summary>
internal static class ConversationFile
{
    /// <summary>Reads a file, or standard input for "-".</summary>
    /// <exception cref="ArgumentException">It is not such a list; the message says where.</exception>
    public static List<ChatMessage> Read(string path, string option)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(PromptFile.Read(path, option),
                new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind != JsonValueKind.Array)
            {
                throw Wrong("it is not a list");
            }

            return [.. json.RootElement.EnumerateArray().Select((message, i) => Message(message, $"message {i + 1}"))];
        }
        catch (JsonException e)
        {
            throw Wrong($"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {e.Message.Split(". ")[0].TrimEnd('.')}");
        }

        ChatMessage Message(JsonElement message, string where)
        {
            if (message.ValueKind != JsonValueKind.Object)
            {
                throw Wrong($"{where} is not an object");
            }

            if (message.EnumerateObject().FirstOrDefault(p =>
                p.Name is not ("role" or "content")) is { Value.ValueKind: not JsonValueKind.Undefined } other)
            {
                throw Wrong($"{where} has the member \"{other.Name}\"");
            }

            return new ChatMessage(Text(message, "role", where), Text(message, "content", where));
        }

        string Text(JsonElement message, string name, string where)
        {
            try
            {
                return message.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
                    ? value.GetString()! : throw Wrong($"{where} has no text \"{name}\"");
            }
            catch (InvalidOperationException)
            {
                throw Wrong($"{where}: \"{name}\" holds half of a surrogate pair");
            }
        }

        ArgumentException Wrong(string cause) => new($"{option} {path}: {cause}. It takes a JSON list such as "
            + "[{\"role\": \"user\", \"content\": \"Hello.\"}, {\"role\": \"assistant\", \"content\": \"Hello to you.\"}].");
    }
}
