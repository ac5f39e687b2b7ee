using System.Text.Json.Serialization;

namespace MPCache.Testing;

/// <summary>One prompt: its ids, the reference's tokens, and by how much each beat the second best logit.</summary>
public sealed record GreedyPrompt(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("prompt_ids")] int[] PromptIds,
    [property: JsonPropertyName("greedy_ids")] int[] GreedyIds,
    [property: JsonPropertyName("margins")] double[] Margins);
