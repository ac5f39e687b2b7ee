namespace MPCache.Models;

/// <summary>What a norm divides a row by.</summary>
public enum NormKind
{
    /// <summary>RMSNorm: the root of the mean square.</summary>
    RootMeanSquare,

    /// <summary>LayerNorm: the mean is subtracted, then the standard deviation divides.</summary>
    MeanAndDeviation,
}
