namespace MPCache.Cache;

/// <summary>A decoding step before its softmax.</summary>
/// <param name="Queries">The step's queries: heads x head dim.</param>
/// <param name="Scores">Their scores: heads x tokens.</param>
/// <param name="Cache">The layer's cache, the step's own key included.</param>
public sealed record Step<T>(Factor<T> Queries, T Scores, LayerCache<T> Cache);
