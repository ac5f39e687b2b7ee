using MPCache.Models;

namespace MPCache.Bench;

/// <summary>What people call a model. Files name themselves as their makers' scripts did ("Smollm2 135M 8k Lc100K Mix1 Ep2").</summary>
internal static class ProperName
{
    /// <summary>The published model of these sizes, else the file's own word.</summary>
    public static string Of(ModelConfig config) =>
        ModelConfig.KnownNames.FirstOrDefault(name => Sizes(ModelConfig.Known(name)!) == Sizes(config)) ?? config.Name;

    private static (int Layers, int Width, int Heads, int KeyValueHeads, int FeedForward, int Vocabulary) Sizes(ModelConfig c) =>
        (c.Layers, c.Width, c.Heads, c.KeyValueHeads, c.FeedForward, c.Vocabulary);
}
