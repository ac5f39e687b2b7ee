using System.Text.Json;
using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>A prompt in words.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Text">What a user typed.</param>
/// <param name="Chat">Whether the model's chat template goes around it; where absent, where the model has one.</param>
internal sealed record PromptText(
    [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("text")] string Text, [property: JsonPropertyName(
        "chat")] bool? Chat = null)
{
    /// <summary>Reads a list of prompts.</summary>
    /// <exception cref="ArgumentException">The file holds none.</exception>
    public static PromptText[] Read(string path)
    {
        try
        {
            PromptText[]? prompts = JsonSerializer.Deserialize<PromptText[]>(File.ReadAllText(path));
            return prompts is { Length: > 0 } && prompts.All(p => p is { Name: not null, Text: not null })
                ? prompts
                : throw new ArgumentException($"{path} holds no prompts: it must be a list of objects with a name and a text.");
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{path} is no list of prompts: {e.Message}", e);
        }
    }
}
