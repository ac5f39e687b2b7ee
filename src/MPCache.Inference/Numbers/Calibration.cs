using MPCache.Models;

namespace MPCache.Inference;

/// <summary>
/// Finds a model's plan: a run in the clear over several texts shows what its tensors reach, its weights what they do; each gets the
/// smallest ring that leaves the room that
/// <see cref="TensorLimits"/> asks for.
/// </summary>
public static class Calibration
{
    /// <summary>Runs the model in the clear and makes its plan.</summary>
    /// <returns>The plan and, for each limit of a tensor, how far from it the run stayed.</returns>
    /// <exception cref="CalibrationException">A tensor does not fit; the message names it.</exception>
    public static (FixedPointPlan Plan, IReadOnlyList<HeadroomLine> Report) Run(ModelFile model, FloatWeights weights)
    {
        var ranges = new RangeRecorder();
        foreach (int[] prompt in CalibrationPrompts.Of(model))
        {
            new FloatProgram(weights, observe: ranges.Observe).Observe(prompt, LogitRows);
        }

        return Plan(model.Config, ranges, WeightExtents.Of(model));
    }

    private const int LogitRows = 16; // of so many rows one meets the output matrix

    /// <summary>The plan for tensors and weights that reach so far.</summary>
    /// <exception cref="CalibrationException">A tensor does not fit; the message names it.</exception>
    internal static (FixedPointPlan Plan, IReadOnlyList<HeadroomLine> Report) Plan(
        ModelConfig config,
        RangeRecorder ranges,
        WeightExtents weights)
    {
        FixedPointPlan plan = new()
        {
            Layers = [.. Enumerable.Range(0, config.Layers).Select(l => Layer(config, l, ranges, weights))],
            EmbeddingFrac = Frac(weights.Embedding, EmbeddingLargest),
            OutputNorm = Range(NormSite.Output, config.Layers, ranges),
            OutputWeightFrac = Fracs(weights[config.Layers, LinearSite.Output]),
            LogitBits = Math.Clamp(
                BitsFor(ranges.Largest($"{LinearSite.Output}", config.Layers), TensorLimits.Room),
                6,
                PlanCheck.MostLogitBits),
        };
        HeadroomLine[] report = [.. TensorLimits.Of(config, plan).SelectMany(limit => Lines(limit, ranges))];
        foreach (HeadroomLine line in report.Where(line => line.Bits < line.Room))
        {
            throw new CalibrationException(line.IsLowerEnd
                ? $"Layer {line.Layer}, tensor \"{line.Tensor}\" goes down to {line.Seen:G4}; {line.Limit:G4} is the least that its "
                    + $"numbers can be."
                : $"Layer {line.Layer}, tensor \"{line.Tensor}\" reaches {line.Seen:G4}; its ring holds {line.Limit:G4}, which leaves "
                    + $"{line.Bits:F1} bits of headroom where "
                    + $"{line.Room} are asked for. The model cannot run in this fixed point.");
        }

        try
        {
            return (plan.Checked(config), report);
        }
        catch (ArgumentException e)
        {
            throw new CalibrationException($"The model's weights do not fit: {e.Message}");
        }
    }

    private const double EmbeddingLargest = 16383; // a table's values are widened from 16 bits

    private static LayerPlan Layer(ModelConfig config, int l, RangeRecorder ranges, WeightExtents weights)
    {
        var layer = new LayerPlan
        {
            AttentionNorm = Range(NormSite.Attention, l, ranges),
            FeedForwardNorm = Range(NormSite.FeedForward, l, ranges),
            QueryKeyValueFrac = Fracs(weights[l, LinearSite.QueryKeyValue]),
            AttentionOutputFrac = Fracs(weights[l, LinearSite.AttentionOutput]),
            GateUpFrac = Fracs(weights[l, LinearSite.GateUp]),
            DownFrac = Fracs(weights[l, LinearSite.Down]),
            ScoreBits = Math.Clamp(
                BitsFor(ranges.Largest("score", l) * 4 / 3, TensorLimits.Room) + 1,
                PlanCheck.LeastScoreBits,
                PlanCheck.MostScoreBits),
            ActivationBits = Math.Clamp(
                BitsFor(ranges.Largest("activation argument", l), TensorLimits.Room),
                PlanCheck.LeastActivationBits,
                PlanCheck.MostActivationBits),
        };
        layer = layer with
        {
            AttentionOutputFrac = Fitting(layer.AttentionOutputFrac, Formats.Attended, $"{LinearSite.AttentionOutput}"),
            GateUpFrac = [.. layer.GateUpFrac.Zip(PlanCheck.MostGateUpFrac(config, layer), Math.Min)],
        };
        if (config.Gated)
        {
            int[] up = Fitting(layer.GateUpFrac[1..], Formats.FeedForwardRow(layer), "up");
            layer = layer with { GateUpFrac = [layer.GateUpFrac[0], .. up] };
        }

        // As many fractional bits as leave room for the matrix's results, and two bits to widen them.
        int[] Fitting(int[] frac, NumberFormat input, string tensor)
            => [.. frac.Select(f => Math.Clamp(input.Ring - input.Frac - 2 - BitsFor(ranges.Largest(tensor, l), TensorLimits.Room), 0, f))];

        layer = layer with { QueryKeyValueFrac = [.. layer.QueryKeyValueFrac.Zip(PlanCheck.MostAttentionFrac(config, layer), Math.Min)] };
        if (config.QueryKeyNorm)
        {
            int both = Math.Min(layer.QueryKeyValueFrac[0], layer.QueryKeyValueFrac[1]); // they are normalised together
            layer = layer with { QueryKeyValueFrac = [both, both, layer.QueryKeyValueFrac[2]] };
            ScaledNormPlan norm = ScaledNorm(layer, l, LinearSite.QueryKeyNorm, ranges, weights);
            int[] most = PlanCheck.MostQueryKeyFrac(config, layer);
            layer = layer with { QueryKeyNorm = norm with { WeightFrac = [.. norm.WeightFrac.Zip(most, Math.Min)] } };
        }

        return !config.PostNorms ? layer : layer with
        {
            AttentionPostNorm = ScaledNorm(layer, l, LinearSite.AttentionPostNorm, ranges, weights),
            FeedForwardPostNorm = ScaledNorm(layer, l, LinearSite.FeedForwardPostNorm, ranges, weights),
        };
    }

    /// <summary>
    /// As many fractional bits as the sum of squares leaves room for, and the same room at either end as in <see cref="Range"/>.
    /// </summary>
    private static ScaledNormPlan ScaledNorm(LayerPlan layer, int l, LinearSite site, RangeRecorder ranges, WeightExtents weights)
    {
        string tensor = $"{site}, sum of squares";
        const int room = 4;
        int high = Math.Min((int)Math.Ceiling(Math.Log2(ranges.Largest(tensor, l))) + room, Formats.SumOfSquaresBits - 2);
        int low = (int)Math.Floor(Math.Log2(ranges.Smallest(tensor, l))) - room;
        int frac = Math.Min(PlanCheck.MostNormFrac(layer, site), (Formats.SumOfSquaresBits - high) / 2);
        return new(new(Math.Max(low, Math.Max(high - PlanCheck.NormOctaves, 15 - (2 * frac))), high), frac, Fracs(weights[l, site]));
    }

    /// <summary>Four bits of room at either end, where there is as much: two bits of a row's length.</summary>
    private static NormRange Range(NormSite site, int layer, RangeRecorder ranges)
    {
        string tensor = $"{site} norm, sum of squares";
        const int room = 4;
        int high = Math.Min((int)Math.Ceiling(Math.Log2(ranges.Largest(tensor, layer))) + room, PlanCheck.MostNorm);
        int low = (int)Math.Floor(Math.Log2(ranges.Smallest(tensor, layer))) - room;
        return new NormRange(Math.Max(low, Math.Max(high - PlanCheck.NormOctaves, PlanCheck.LeastNorm)), high);
    }

    /// <summary>Bits before the point that hold a magnitude and so many bits of room.</summary>
    private static int BitsFor(double largest, double room) => (int)Math.Ceiling(Math.Log2(Math.Max(largest, 1e-9)) + room);

    private static int[] Fracs(IReadOnlyList<double> largest) => [.. largest.Select(v => Frac(v, short.MaxValue))];

    private static int Frac(double largest, double most)
        => Math.Min(PlanCheck.MostWeightFrac, (int)Math.Floor(Math.Log2(most / Math.Max(1e-9, largest))));

    private static IEnumerable<HeadroomLine> Lines(TensorLimit limit, RangeRecorder ranges)
    {
        yield return new(limit.Tensor, limit.Layer, ranges.Largest(limit.Tensor, limit.Layer), limit.Most, limit.Room, IsLowerEnd: false);
        if (limit.Least > 0)
        {
            yield return new(limit.Tensor, limit.Layer, ranges.Smallest(limit.Tensor, limit.Layer), limit.Least, 0, IsLowerEnd: true);
        }
    }
}
