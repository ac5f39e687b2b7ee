using MPCache.Models;

namespace MPCache.Inference;

/// <summary>Features that readers know and engines do not run yet.</summary>
internal static class UnsupportedFeatures
{
    /// <exception cref="ModelFormatException">The model has one of them.</exception>
    public static void Refuse(ModelConfig config)
    {
        string? feature = config switch
        {
            { QueryKeyNorm: true } => "norms of queries and keys",
            { PostNorms: true } => "norms after attention and the feed-forward part",
            { EmbeddingScale: not 1 } => "a scaled embedding",
            { SlidingWindow: > 0 } when config.SlidingWindow < config.ContextLength => "sliding layers",
            _ => null,
        };
        if (feature is not null)
        {
            throw new ModelFormatException(config.Name, $"the model has {feature}, which the engines do not run yet");
        }
    }
}
