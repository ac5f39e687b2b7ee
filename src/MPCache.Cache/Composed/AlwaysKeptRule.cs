namespace MPCache.Cache;

/// <summary>
/// What becomes of the clusters that are always kept (the first, the last incomplete one, the recent ones) in the ranking of the others.
/// </summary>
public enum AlwaysKeptRule
{
    /// <summary>
    /// They stand outside the ranking, which keeps its full number of other clusters. The size of the selection is then a function of
    /// public
    /// counts alone, as MPC needs, and no slot is paid for twice.
    /// </summary>
    Beside,

    /// <summary>
    /// As the reference code: they are ranked with the rest and added afterwards, so they may be counted twice and the size of the
    /// selection
    /// depends on the data; and the last cluster, incomplete by p tokens, brings the last p tokens of the cache with it.
    /// </summary>
    Reference,
}
