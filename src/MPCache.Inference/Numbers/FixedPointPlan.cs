namespace MPCache.Inference;

/// <summary>
/// Rings and fractional bits of every tensor of one model, found by <see cref="Calibration"/>. Public: the parties, the dealer and the planner must agree on it.
/// It holds ranges rounded to powers of two and no weight.
/// </summary>
public sealed record FixedPointPlan
{
    /// <summary>Fractional bits of the residual stream, in Z_2^64.</summary>
    public required int ResidualFrac { get; init; }

    /// <summary>Fractional bits of the embedding table, in Z_2^16.</summary>
    public required int EmbeddingFrac { get; init; }

    /// <summary>Layers' choices.</summary>
    public required LayerPlan[] Layers { get; init; }

    /// <summary>Log2 of the smallest and largest sum of squares before the last norm.</summary>
    public required NormRange OutputNorm { get; init; }

    /// <summary>Fractional bits of the output matrix.</summary>
    public required int[] OutputWeightFrac { get; init; }

    /// <summary>Logits lie within 2^LogitBits of zero.</summary>
    public required int LogitBits { get; init; }

    /// <summary>What calibration gives for a model of these sizes with ordinary weights: for planning without weights.</summary>
    public static FixedPointPlan Typical(MPCache.Models.ModelConfig config)
    {
        int parts = config.Family == MPCache.Models.ModelFamily.Llama ? 2 : 1;
        return new FixedPointPlan
        {
            ResidualFrac = 14,
            EmbeddingFrac = 13,
            Layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new LayerPlan
            {
                AttentionNorm = new NormRange(8, 33),
                FeedForwardNorm = new NormRange(8, 33),
                QueryKeyValueFrac = [10, 10, 10],
                AttentionOutputFrac = [13],
                GateUpFrac = [.. Enumerable.Repeat(11, parts)],
                DownFrac = [13],
                ScoreBits = 8,
                ActivationBits = 4,
                HiddenFrac = 14,
            })],
            OutputNorm = new NormRange(12, 33),
            OutputWeightFrac = [9],
            LogitBits = 6,
        };
    }

    /// <summary>Longest prompt and text together for which sums in attention fit their ring.</summary>
    public int LongestContext => 1 << 13;
}

/// <summary>Bounds of a sum of squares, as powers of two.</summary>
public readonly record struct NormRange(int Low, int High);

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

    /// <summary>Scores, in units of log2, differ by less than 2^ScoreBits within a row and lie within 2^(ScoreBits-1) of zero.</summary>
    public required int ScoreBits { get; init; }

    /// <summary>The activation's argument lies within 2^ActivationBits of zero.</summary>
    public required int ActivationBits { get; init; }

    /// <summary>Fractional bits of the activated values.</summary>
    public required int HiddenFrac { get; init; }
}
