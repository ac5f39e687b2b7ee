namespace MPCache.Cache;

/// <summary>How the tokens that one query attends to are chosen, at every decoding step.</summary>
public enum SelectionKind
{
    /// <summary>Every cached token is attended to.</summary>
    None,

    /// <summary>The clusters with the largest scores (paper, section 4.2 and 4.3).</summary>
    Clusters,

    /// <summary>The first few and the most recent tokens (StreamingLLM).</summary>
    Recent,
}
