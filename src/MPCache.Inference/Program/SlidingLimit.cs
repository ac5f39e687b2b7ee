using MPCache.Cache;
using MPCache.Models;

namespace MPCache.Inference;

/// <summary>What sliding layers and cache policies leave of each other.</summary>
internal static class SlidingLimit
{
    /// <summary>
    /// Sliding layers need to know the places of the tokens that they hold, and an evicted or selected cache hides them: where a text grows
    /// past the window,
    /// only the full cache runs.
    /// </summary>
    /// <exception cref="ArgumentException">The policy is another one and so many tokens are more than the window.</exception>
    public static void Check(ModelConfig config, CachePolicy policy, long tokens)
    {
        if (!policy.IsFull && !config.SlidingLayers.IsEmpty && tokens > config.SlidingWindow)
        {
            throw new ArgumentException(
                $"{config.Name} has layers that slide over {config.SlidingWindow:N0} tokens, and {tokens:N0} are asked for: with a text "
                    + $"longer than the window "
                    + $"the cache policy {policy.Name} cannot run. Take --policy full, or a shorter prompt and a lower --max-tokens.");
        }
    }
}
