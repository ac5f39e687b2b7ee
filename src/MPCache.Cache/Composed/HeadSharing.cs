namespace MPCache.Cache;

/// <summary>Who shares one selection within a layer.</summary>
public enum HeadSharing
{
    /// <summary>Each query head selects for itself (paper).</summary>
    None,

    /// <summary>The query heads of one key/value head select together, by the sum of their scores: a ranking for each key head.</summary>
    KeyHead,

    /// <summary>All heads of a layer select together, by the sum of their scores: one ranking a layer.</summary>
    Layer,
}
