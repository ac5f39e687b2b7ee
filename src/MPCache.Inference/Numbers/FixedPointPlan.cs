using MPCache.Models;

namespace MPCache.Inference;

/// <summary>
/// The choices for one model from which every tensor's format follows (<see cref="Formats"/>), made by <see cref="Calibration"/>. Public:
/// the parties, the dealer and the
/// planner must agree on it. It holds ranges rounded to powers of two and no weight.
/// </summary>
public sealed record FixedPointPlan
{
    /// <summary>Fractional bits of the embedding table, in Z_2^16.</summary>
    public required int EmbeddingFrac { get; init; }

    /// <summary>Layers' choices.</summary>
    public required LayerPlan[] Layers { get; init; }

    /// <summary>Of the norm before the logits.</summary>
    public required NormRange OutputNorm { get; init; }

    /// <summary>Fractional bits of the output matrix.</summary>
    public required int[] OutputWeightFrac { get; init; }

    /// <summary>Logits lie within 2^LogitBits of zero.</summary>
    public required int LogitBits { get; init; }

    /// <summary>
    /// Refuses what no calibration gives for a model of these sizes: what a peer sent is looked at before anything is computed with it.
    /// </summary>
    /// <returns>This plan.</returns>
    /// <exception cref="ArgumentException">A part is missing, out of bounds or does not fit another; the message names it.</exception>
    public FixedPointPlan Checked(ModelConfig config)
    {
        PlanCheck.Check(this, config);
        return this;
    }

    /// <summary>What calibration gives for a model of these sizes with ordinary weights: for planning without weights.</summary>
    public static FixedPointPlan Typical(ModelConfig config)
    {
        int parts = config.Gated ? 2 : 1;
        return new FixedPointPlan
        {
            EmbeddingFrac = 13,
            Layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new LayerPlan
            {
                AttentionNorm = new NormRange(8, 33),
                FeedForwardNorm = new NormRange(8, 33),
                QueryKeyValueFrac = [10, 10, 10],
                AttentionOutputFrac = [13],
                GateUpFrac = [.. Enumerable.Repeat(11, parts)],
                DownFrac = [13],
                QueryKeyNorm = config.QueryKeyNorm ? new(new(-10, 20), 18, [10, 10]) : null,
                AttentionPostNorm = config.PostNorms ? new(new(-4, 26), 17, [8]) : null,
                FeedForwardPostNorm = config.PostNorms ? new(new(-4, 26), 17, [8]) : null,
                ScoreBits = 8,
                ActivationBits = 4,
            })],
            OutputNorm = new NormRange(12, 33),
            OutputWeightFrac = [9],
            LogitBits = 6,
        };
    }
}
