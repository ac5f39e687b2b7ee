namespace MPCache.Cache;

/// <summary>Who decides together which of the prompt's tokens stay.</summary>
public enum EvictionSharing
{
    /// <summary>All heads of a layer keep the same tokens, by their mean probability (paper): one ranking a layer.</summary>
    Layer,

    /// <summary>
    /// Each key/value head keeps tokens of its own, by the mean probability of the query heads that read it: a ranking for each key head.
    /// Its cache
    /// then holds other tokens than its neighbour's, equally many.
    /// </summary>
    Head,
}
