using System.Text.Json;
using System.Text.Json.Serialization;

namespace MPCache.Testing;

/// <summary>Greedy texts of a reference implementation.</summary>
public sealed record GreedyReference([property: JsonPropertyName("prompts")] GreedyPrompt[] Prompts)
{
    /// <summary>Reads a reference file.</summary>
    /// <exception cref="ArgumentException">It is not of the form.</exception>
    public static GreedyReference Read(string path)
    {
        try
        {
            GreedyReference? reference = JsonSerializer.Deserialize<GreedyReference>(File.ReadAllText(path));
            return reference is { Prompts.Length: > 0 } && reference.Prompts.All(IsWhole)
                ? reference
                : throw new ArgumentException($"{path} holds no prompts with prompt_ids, greedy_ids and as many margins.");
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{path} is no reference file: {e.Message}", e);
        }
    }

    private static bool IsWhole(GreedyPrompt p)
        => p is { PromptIds.Length: > 0, GreedyIds.Length: > 0 } && p.Margins?.Length == p.GreedyIds.Length;
}
