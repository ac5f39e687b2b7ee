namespace MPCache.Cache;

/// <summary>
/// What ranks the clusters. q is the step's query; maxima and minima are over the keys of a cluster, one for each dimension.
/// </summary>
public enum ClusterScore
{
    /// <summary>
    /// sum_i q_i (alpha r_max_i + (1 - alpha) r_min_i): linear in q, so free of comparisons under MPC (paper, section 4.2).
    /// </summary>
    Linear,

    /// <summary>sum_i max(q_i r_max_i, q_i r_min_i): the upper bound that Linear approximates; d comparisons a cluster under MPC.</summary>
    Bound,

    /// <summary>
    /// Mean of the exact scores q k. Linear in the scores: free under MPC in this engine. Equals Linear for clusters of one token.
    /// </summary>
    Mean,

    /// <summary>Largest exact score: size - 1 comparisons a cluster under MPC.</summary>
    Max,

    /// <summary>
    /// Logarithm of the sum of exponentials of the exact scores over sqrt(d): the attention mass of the cluster; one exponential a token
    /// under MPC.
    /// </summary>
    LogSumExp,
}
