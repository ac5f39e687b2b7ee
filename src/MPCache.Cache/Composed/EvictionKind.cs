namespace MPCache.Cache;

/// <summary>How the prompt's tokens are evicted, once, after prefill.</summary>
public enum EvictionKind
{
    /// <summary>Nothing is evicted.</summary>
    None,

    /// <summary>The tokens with the largest summed attention probability stay; their number is public (paper, section 4.1).</summary>
    Count,

    /// <summary>
    /// A token stays when one window query gives it a head-averaged probability of at least the threshold (reference code).
    /// How many stay depends on the data, so only plaintext engines can use it.
    /// </summary>
    Threshold,

    /// <summary>The first few and the most recent tokens stay, whatever they are (StreamingLLM).</summary>
    Recent,
}
