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

    /// <summary>Scores, in units of log2, lie within 2^(ScoreBits-1) of zero.</summary>
    public required int ScoreBits { get; init; }

    /// <summary>The activation's argument lies within 2^ActivationBits of zero.</summary>
    public required int ActivationBits { get; init; }
}

/// <summary>Bounds of a row's sum of squares: 2^Low and 2^High.</summary>
public readonly record struct NormRange(int Low, int High);
