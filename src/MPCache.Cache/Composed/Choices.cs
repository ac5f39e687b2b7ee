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

/// <summary>Who decides together which of the prompt's tokens stay.</summary>
public enum EvictionSharing
{
    /// <summary>All heads of a layer keep the same tokens, by their mean probability (paper): one ranking a layer.</summary>
    Layer,

    /// <summary>
    /// Each key/value head keeps tokens of its own, by the mean probability of the query heads that read it: a ranking for each key head. Its cache
    /// then holds other tokens than its neighbour's, equally many.
    /// </summary>
    Head,
}

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

/// <summary>What ranks the clusters. q is the step's query; maxima and minima are over the keys of a cluster, one for each dimension.</summary>
public enum ClusterScore
{
    /// <summary>sum_i q_i (alpha r_max_i + (1 - alpha) r_min_i): linear in q, so free of comparisons under MPC (paper, section 4.2).</summary>
    Linear,

    /// <summary>sum_i max(q_i r_max_i, q_i r_min_i): the upper bound that Linear approximates; d comparisons a cluster under MPC.</summary>
    Bound,

    /// <summary>Mean of the exact scores q k. Linear in the scores: free under MPC in this engine. Equals Linear for clusters of one token.</summary>
    Mean,

    /// <summary>Largest exact score: size - 1 comparisons a cluster under MPC.</summary>
    Max,

    /// <summary>Logarithm of the sum of exponentials of the exact scores over sqrt(d): the attention mass of the cluster; one exponential a token under MPC.</summary>
    LogSumExp,
}

/// <summary>What becomes of the clusters that are always kept (the first, the last incomplete one, the recent ones) in the ranking of the others.</summary>
public enum AlwaysKeptRule
{
    /// <summary>
    /// They stand outside the ranking, which keeps its full number of other clusters. The size of the selection is then a function of public
    /// counts alone, as MPC needs, and no slot is paid for twice.
    /// </summary>
    Beside,

    /// <summary>
    /// As the reference code: they are ranked with the rest and added afterwards, so they may be counted twice and the size of the selection
    /// depends on the data; and the last cluster, incomplete by p tokens, brings the last p tokens of the cache with it.
    /// </summary>
    Reference,
}

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
