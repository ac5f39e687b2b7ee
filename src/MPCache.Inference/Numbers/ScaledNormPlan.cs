namespace MPCache.Inference;

/// <summary>
/// The choices for a norm whose weights cannot be folded into a matrix that follows (of queries and keys, and after attention and the
/// feed-forward part):
/// the server's own factors multiply its result.
/// </summary>
/// <param name="Range">Of a row's sum of squares.</param>
/// <param name="Frac">Fractional bits of what is normalised.</param>
/// <param name="WeightFrac">Fractional bits of the weights, part by part.</param>
public sealed record ScaledNormPlan(NormRange Range, int Frac, int[] WeightFrac)
{
    /// <summary>Most fractional bits of what is normalised: with the factor's 43, and two bits for the result, they fit a word.</summary>
    public const int MostFrac = 18;
}
