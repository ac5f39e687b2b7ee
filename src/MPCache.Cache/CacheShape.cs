namespace MPCache.Cache;

/// <summary>The public sizes of one generation.</summary>
/// <param name="Layers">Layers of the model.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyHeads">Key/value heads; equal runs of neighbouring query heads share one.</param>
/// <param name="HeadDim">Values of a query, key or value of one head.</param>
/// <param name="Prompt">Tokens of the prompt.</param>
/// <param name="Generated">Tokens generated at most; 0 where an engine in the clear does not know.</param>
public sealed record CacheShape(int Layers, int Heads, int KeyHeads, int HeadDim, int Prompt, int Generated)
{
    /// <summary>Query heads that read one key head.</summary>
    public int Share => Heads / KeyHeads;

    /// <summary>
    /// For each of the query heads, or of the key heads, the one of <paramref name="deciders"/> equal parts that it belongs to.
    /// </summary>
    public static int[] PartOf(int heads, int deciders) => [.. Enumerable.Range(0, heads).Select(h => h * deciders / heads)];
}
