using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// The range of every tensor, as it follows from a plan: what calibration checks, and what <c>--check-ranges</c> holds a prompt to.
/// </summary>
public static class TensorLimits
{
    /// <summary>Bits of room of an ordinary tensor: it may become twice as large as calibration saw it.</summary>
    public const double Room = 1;

    // A table of 2^7 is the largest; an argument that would need a larger one may come nearer to its end.
    private const double LastTablesRoom = 0.5;

    /// <summary>All limits, layer by layer.</summary>
    public static IEnumerable<TensorLimit> Of(ModelConfig config, FixedPointPlan plan)
    {
        for (int l = 0; l < config.Layers; l++)
        {
            LayerPlan layer = plan.Layers[l];
            NormRange next = l + 1 < config.Layers ? plan.Layers[l + 1].AttentionNorm : plan.OutputNorm;
            yield return Norm(NormSite.Attention, l, layer.AttentionNorm);
            yield return Norm(NormSite.FeedForward, l, layer.FeedForwardNorm);

            foreach (LinearSite site in ModelLayout.SitesOf(config).Where(s => s >= LinearSite.QueryKeyNorm))
            {
                NormRange range = layer.ScaledNorm(site)!.Range;
                yield return new($"{site}, sum of squares", l, Math.Pow(2, range.Low), Math.Pow(2, range.High), 2 * Room);
            }

            // Before or after attention, or after the feed-forward block: one element alone must not take the next norm's sum of squares
            // out of its range.
            yield return new(
                "residual",
                l,
                0,
                Math.Pow(2, Math.Max(layer.AttentionNorm.High, Math.Max(layer.FeedForwardNorm.High, next.High)) / 2.0),
                Room);
            yield return new("query", l, 0, Formats.Query(layer).Holds, Room);
            yield return new("key", l, 0, Keys(layer), Room);
            yield return new("value", l, 0, Formats.WeightedSum.Widens / Formats.LongestContext, Room);
            yield return new("score", l, 0, Score(layer), Room);
            yield return new("attended", l, 0, Cut(Formats.Dividend.Ring, Formats.Dividend.Frac + Formats.Reciprocal.Frac), Room);
            yield return new(
                $"{LinearSite.AttentionOutput}",
                l,
                0,
                Cut(Formats.Attended.Ring, Formats.Attended.Frac + layer.AttentionOutputFrac[0]),
                Room);
            yield return new(
                "activation argument",
                l,
                0,
                Math.Pow(2, layer.ActivationBits),
                layer.ActivationBits == PlanCheck.MostActivationBits ? LastTablesRoom : Room);
            if (config.Gated)
            {
                yield return new("up", l, 0, Formats.Up(layer).Widens, Room);
                yield return new("hidden", l, 0, new NumberFormat(Formats.Word, Formats.HiddenFracOf(true, layer)).Holds, Room);
            }

            yield return new(
                $"{LinearSite.Down}",
                l,
                0,
                Cut(Formats.Word, Formats.HiddenFracOf(config.Gated, layer) + layer.DownFrac[0]),
                Room);
        }

        yield return Norm(NormSite.Output, config.Layers, plan.OutputNorm);
        yield return new($"{LinearSite.Output}", config.Layers, 0, Math.Pow(2, plan.LogitBits), Room);
    }

    /// <summary>
    /// An eighth of the ring at either end is where nothing may lie (<see cref="Maximum"/>): who is there has left the range, without
    /// having wrapped round yet.
    /// </summary>
    private static double Score(LayerPlan layer) => Formats.Score(layer).Holds * 3 / 4;

    /// <summary>
    /// Keys travel in the scores' ring, in that of a shuffle, and in that of clusters, where a blend takes some bits more.
    /// </summary>
    private static double Keys(LayerPlan layer) => new[]
    {
        Formats.Key(layer).Holds,
        new NumberFormat(Formats.MovingRing, Formats.Key(layer).Frac).Widens,
        Cut(Formats.ClusterKey.Ring, Formats.ClusterKey.Frac + Formats.ClusterAlphaFrac),
    }.Min();

    /// <summary>
    /// What may stand in a ring of so many bits to be cut and widened: fractional bits that are cut off take bits of the ring along.
    /// </summary>
    private static double Cut(int ring, int frac) => new NumberFormat(ring, frac).Widens;

    private static TensorLimit Norm(NormSite site, int layer, NormRange range) =>
        new($"{site} norm, sum of squares", layer, Math.Pow(2, range.Low), Math.Pow(2, range.High), 2 * Room);
}
