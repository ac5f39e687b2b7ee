using System.Text.Json;
using MPCache.Models;

namespace MPCache.Inference.Tests;

internal sealed record GreedyPrompt(string Name, int[] PromptIds, int[] GreedyIds, double[] Margins);

internal static class Fixtures
{
    public static string Root { get; } = FindRoot();

    public static string Scribe => Path.Combine(Root, "models", "scribe", "scribe-5m.Q8_0.gguf");

    public static string? Shared(string path)
    {
        string full = Path.Combine(Root, "..", "shared", path);
        return File.Exists(full) ? full : null;
    }

    public static IReadOnlyList<GreedyPrompt> Greedy(string file)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(file));
        return [.. json.RootElement.GetProperty("prompts").EnumerateArray().Select(p => new GreedyPrompt(p.GetProperty("name").GetString()!,
            Ints(p.GetProperty("prompt_ids")), Ints(p.GetProperty("greedy_ids")), [.. p.GetProperty("margins").EnumerateArray().Select(m => m.GetDouble())]))];
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "MPCache.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The tests run from inside the repository.");
    }
}
