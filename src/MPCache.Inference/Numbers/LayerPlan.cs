namespace MPCache.Inference;

/// <summary>One layer's choices.</summary>
public sealed record LayerPlan
{
    /// <summary>Before attention.</summary>
    public required NormRange AttentionNorm { get; init; }

    /// <summary>Before the feed-forward block.</summary>
    public required NormRange FeedForwardNorm { get; init; }

    /// <summary>Fractional bits of query, key and value weights.</summary>
    public required int[] QueryKeyValueFrac { get; init; }

    /// <summary>Fractional bits of the output weights.</summary>
    public required int[] AttentionOutputFrac { get; init; }

    /// <summary>Fractional bits of gate and up weights.</summary>
    public required int[] GateUpFrac { get; init; }

    /// <summary>Fractional bits of the down weights.</summary>
    public required int[] DownFrac { get; init; }

    /// <summary>Of the norm of queries and keys; null where there is none.</summary>
    public ScaledNormPlan? QueryKeyNorm { get; init; }

    /// <summary>Of the norm after attention; null where there is none.</summary>
    public ScaledNormPlan? AttentionPostNorm { get; init; }

    /// <summary>Of the norm after the feed-forward part; null where there is none.</summary>
    public ScaledNormPlan? FeedForwardPostNorm { get; init; }

    /// <summary>
    /// Scores, in units of log2, have so many bits before the point, sign included; they stay within 3/4 of 2^(ScoreBits-1) of zero.
    /// </summary>
    public required int ScoreBits { get; init; }

    /// <summary>The activation's argument lies within 2^ActivationBits of zero.</summary>
    public required int ActivationBits { get; init; }

    /// <summary>Fractional bits of the weights that queries (0), keys (1) and values (2) were multiplied by last.</summary>
    public int AttentionFrac(int part) => part < 2 && QueryKeyNorm is { } norm ? norm.WeightFrac[part] : QueryKeyValueFrac[part];

    /// <summary>Fractional bits of a matrix or vector, part by part.</summary>
    public int[] Fracs(LinearSite site) => site switch
    {
        LinearSite.QueryKeyValue => QueryKeyValueFrac,
        LinearSite.AttentionOutput => AttentionOutputFrac,
        LinearSite.GateUp => GateUpFrac,
        LinearSite.Down => DownFrac,
        _ => ScaledNorm(site)!.WeightFrac,
    };

    /// <summary>The choices for a norm with weights of its own.</summary>
    public ScaledNormPlan? ScaledNorm(LinearSite site) => site switch
    {
        LinearSite.QueryKeyNorm => QueryKeyNorm,
        LinearSite.AttentionPostNorm => AttentionPostNorm,
        LinearSite.FeedForwardPostNorm => FeedForwardPostNorm,
        _ => throw new ArgumentOutOfRangeException(nameof(site), site, "is no norm"),
    };
}
