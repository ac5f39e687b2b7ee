using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// The format of every tensor, in one place: those that are the same for all models, and those that follow from a layer's plan. Engines
/// take them from here, calibration
/// checks the ranges that follow from them (<see cref="TensorLimits"/>).
/// </summary>
public static class Formats
{
    /// <summary>The largest ring: a word.</summary>
    public const int Word = 64;

    /// <summary>Fractional bits of the rotary factors, cosines and sines.</summary>
    public const int RotaryFrac = 12;

    /// <summary>Fractional bits of the residual stream, whose squares must fit a word.</summary>
    public const int ResidualFrac = 14;

    /// <summary>Fractional bits of activated values without a factor beside them, on their way to the last matrix of a layer.</summary>
    public const int HiddenFrac = 14;

    /// <summary>Bits, fractional ones included, that a row's sum of squares may take.</summary>
    public const int SumOfSquaresBits = 61;

    /// <summary>Longest prompt and text together: <see cref="WeightedSum"/> adds so many values.</summary>
    public const int LongestContext = 1 << 13;

    // Queries are small (the scale of scores is folded into them) and keys are large, so queries get more bits after the point.
    private const int QueryFrac = 13;
    private const int KeyFrac = 11;
    private const int LogitFrac = 9;

    /// <summary>Numerators of softmax, at most 1.</summary>
    public static NumberFormat Numerator => new(56, Softmax.Frac);

    /// <summary>
    /// Values, in the ring in which numerators meet them. Up to <see cref="LongestContext"/> (2^13) numerators of at most 1 are added:
    /// |value| below 2^8.
    /// </summary>
    public static NumberFormat Value => new(Numerator.Ring, 14);

    /// <summary>Sums of numerators times values.</summary>
    public static NumberFormat WeightedSum => new(Numerator.Ring, Numerator.Frac + Value.Frac);

    /// <summary>
    /// The same cut for division; with the reciprocal's fractional bits, 38 of 64 lie after the point.
    /// </summary>
    public static NumberFormat Dividend => new(Word, Value.Frac);

    /// <summary>Reciprocals of sums of numerators; at most 2^-12 of one is lost at <see cref="LongestContext"/> equal weights.</summary>
    public static NumberFormat Reciprocal => new(Dividend.Ring, 24);

    /// <summary>What attention gives: its matrix takes it in the ring that a cut to so many fractional bits leaves.</summary>
    public static NumberFormat Attended => new(Dividend.Ring - (Dividend.Frac + Reciprocal.Frac - 16), 16);

    /// <summary>Probabilities that an eviction sums, products of numerators and reciprocals, at full precision.</summary>
    public static NumberFormat Importance => new(Numerator.Ring, 2 * Softmax.Frac);

    /// <summary>Sums of them stay below 2^13 at full precision; where a policy sums more, it takes as many fractional bits less.</summary>
    public const int ImportanceBits = 13;

    /// <summary>Bits of the ring in which importances are compared; with 12 bits of index it reaches what comparisons take.</summary>
    public const int ImportanceKeyRing = 25;

    /// <summary>Bits of the ring in which keys and values are shuffled when a cache shrinks.</summary>
    public const int MovingRing = 32;

    /// <summary>Fractional bits of cluster scores where they are compared.</summary>
    public const int ClusterScoreFrac = 11;

    /// <summary>Fractional bits of alpha in the blend of a cluster's extremes.</summary>
    public const int ClusterAlphaFrac = 10;

    /// <summary>Keys where a cluster's extremes are found; ten bits of the ring are kept for the blend.</summary>
    public static NumberFormat ClusterKey => new(34, KeyFrac);

    /// <summary>
    /// Queries: their ring, and that of keys, is the smallest that leaves the scores' ring when a product is cut to the scores' fractional
    /// bits.
    /// </summary>
    public static NumberFormat Query(LayerPlan layer) => new(layer.ScoreBits + QueryFrac + KeyFrac, QueryFrac);

    /// <summary>Keys.</summary>
    public static NumberFormat Key(LayerPlan layer) => new(layer.ScoreBits + QueryFrac + KeyFrac, KeyFrac);

    /// <summary>Scores, in units of log2.</summary>
    public static NumberFormat Score(LayerPlan layer) => new(Exponential.Ring(layer.ScoreBits), Exponential.XFrac);

    /// <summary>What SiLU or GELU is taken of.</summary>
    public static NumberFormat ActivationArgument(LayerPlan layer) => new(Activation.XFrac + layer.ActivationBits + 1, Activation.XFrac);

    /// <summary>
    /// Normalised rows before the feed-forward block, which are not widened: the matrices take them in the ring that they have.
    /// </summary>
    public static NumberFormat FeedForwardRow(LayerPlan layer)
        => new(UnitNorm.NarrowRing(ResidualFrac, layer.FeedForwardNorm.High), UnitNorm.ResultFrac);

    /// <summary>The factor beside a gate, as it is cut: what is left of the rows' ring, or enough.</summary>
    public static NumberFormat Up(LayerPlan layer)
        => new(Math.Min(48, FeedForwardRow(layer).Ring - (UnitNorm.ResultFrac + layer.GateUpFrac[^1] - 14)), 14);

    /// <summary>The same where it meets the activated gate, which has as many fractional bits.</summary>
    public static NumberFormat Gated(NumberFormat up) => up with { Ring = Word };

    /// <summary>Fractional bits of what the last matrix of a layer takes: a gate times up goes in uncut.</summary>
    public static int HiddenFracOf(bool gated, LayerPlan layer) => gated ? 2 * Up(layer).Frac : HiddenFrac;

    /// <summary>
    /// Logits where they are compared, or opened to the client. What is added to them to draw a token gets its room from the fraction, so
    /// the ring, and with it every byte, stays.
    /// </summary>
    public static NumberFormat Logit(FixedPointPlan plan, int noiseBits = 0)
        => new(plan.LogitBits + LogitFrac + 2, LogitFrac - noiseBits);

    /// <summary>Bits of the logits' fraction that noise may take at most: 2^-5 is then left.</summary>
    public const int MostNoiseBits = 4;
}
