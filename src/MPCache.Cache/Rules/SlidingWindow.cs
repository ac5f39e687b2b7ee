namespace MPCache.Cache;

/// <summary>
/// Attention sinks and the most recent tokens (StreamingLLM, arXiv 2309.17453, without its re-numbering of positions). Its places are
/// public, so it costs nothing.
/// </summary>
/// <param name="sinks">First tokens that stay.</param>
/// <param name="keptOf">Tokens that a layer keeps of the prompt, or null to evict nothing after it.</param>
/// <param name="selectedAt">Tokens that a layer attends to at a position, or null where the window does not slide.</param>
/// <param name="prompt">Tokens of the prompt.</param>
public sealed class SlidingWindow<T>(int sinks, Func<int, int>? keptOf, Func<int, int, int>? selectedAt, int prompt) : PolicyRun<T>
{
    /// <inheritdoc/>
    public override ValueTask EndPrompt(IReadOnlyList<LayerCache<T>> caches)
    {
        for (int layer = 0; keptOf is not null && layer < caches.Count; layer++)
        {
            KeepEnds(caches[layer], keptOf(layer));
        }

        return default;
    }

    /// <inheritdoc/>
    public override void Appended(int layer, LayerCache<T> cache, int position)
    {
        if (selectedAt is not null && position >= prompt)
        {
            KeepEnds(cache, selectedAt(layer, position)); // the window slides over the oldest token for good
        }
    }

    private void KeepEnds(LayerCache<T> cache, int kept)
    {
        if (kept < cache.Tokens)
        {
            int first = Math.Min(sinks, kept - 1); // the last token stays, if need be in place of a sink
            cache.KeepEnds(first, kept - first);
        }
    }
}
