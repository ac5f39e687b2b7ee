using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// The bounds of every part of a <see cref="FixedPointPlan"/>, which calibration keeps to and a received plan must keep to.
/// </summary>
internal static class PlanCheck
{
    /// <summary>
    /// A sum of squares is at least 2^LeastNorm: one bit below the point of its square is the least that its normalisation sees.
    /// </summary>
    public const int LeastNorm = 15 - (2 * Formats.ResidualFrac);

    /// <summary>A sum of squares is below 2^MostNorm.</summary>
    public const int MostNorm = Formats.SumOfSquaresBits - (2 * Formats.ResidualFrac);

    /// <summary>Octaves of a sum of squares: more would need more windows than one round of ANDs takes.</summary>
    public const int NormOctaves = 38;

    /// <summary>Fractional bits of weights.</summary>
    public const int MostWeightFrac = 20;

    /// <summary>Fewest and most bits of scores; the bound of the maximum and 2^-x have tables for these.</summary>
    public const int LeastScoreBits = 7, MostScoreBits = 12;

    /// <summary>Fewest and most bits of activations' arguments: the table's index has at most 12 bits.</summary>
    public const int LeastActivationBits = 4, MostActivationBits = 7;

    /// <summary>Most bits of logits: their differences are compared in at most 37 bits, 11 of which are fraction, sign and headroom.</summary>
    public const int MostLogitBits = 37 - 11;

    /// <summary>Most fractional bits of the weights of queries, keys and values.</summary>
    public static int[] MostAttentionFrac(ModelConfig config, LayerPlan layer) =>
        config.QueryKeyNorm ? [MostWeightFrac, MostWeightFrac, MostWeightFrac] : [.. MostQueryKeyFrac(config, layer), MostWeightFrac];

    /// <summary>Most fractional bits of what a norm with weights of its own takes: no more than the matrix before gives.</summary>
    public static int MostNormFrac(LayerPlan layer, LinearSite site) => Math.Min(ScaledNormPlan.MostFrac, site switch
    {
        LinearSite.QueryKeyNorm => UnitNorm.ResultFrac + layer.QueryKeyValueFrac[0],
        LinearSite.AttentionPostNorm => Formats.Attended.Frac + layer.AttentionOutputFrac[0],
        _ => Formats.HiddenFrac + layer.DownFrac[0],
    });

    /// <summary>
    /// Most fractional bits of the last weights of queries and keys: no more than let a product be cut straight into the ring of scores.
    /// </summary>
    public static int[] MostQueryKeyFrac(ModelConfig config, LayerPlan layer)
    {
        int rotary = config.Rotary is not null ? Formats.RotaryFrac : 0;
        int Room(NumberFormat format) => Math.Min(MostWeightFrac, Formats.Word - format.Ring - UnitNorm.ResultFrac - rotary + format.Frac);
        return [Room(Formats.Query(layer)), Room(Formats.Key(layer))];
    }

    /// <summary>
    /// Most fractional bits of gate and up weights: what the activation's table reads of the argument, and one bit before the point and one
    /// of room beside, must fit the ring in which rows come.
    /// </summary>
    public static int[] MostGateUpFrac(ModelConfig config, LayerPlan layer)
    {
        NumberFormat row = Formats.FeedForwardRow(layer);
        int whole = row.Ring - row.Frac, gate = Math.Min(MostWeightFrac, whole - layer.ActivationBits - Activation.MoreBits);
        return config.Gated ? [gate, Math.Min(MostWeightFrac, whole - 2)] : [gate];
    }

    public static void Check(FixedPointPlan plan, ModelConfig config)
    {
        Within(plan.EmbeddingFrac, 0, MostWeightFrac, "EmbeddingFrac");
        Within(plan.LogitBits, 1, MostLogitBits, "LogitBits");
        Norm(plan.OutputNorm, "OutputNorm");
        Fracs(plan.OutputWeightFrac, [MostWeightFrac], "OutputWeightFrac");
        if (plan.Layers is null || plan.Layers.Length != config.Layers)
        {
            throw Wrong("Layers", $"has {plan.Layers?.Length.ToString() ?? "no"} entries where the model has {config.Layers} layers");
        }

        for (int l = 0; l < plan.Layers.Length; l++)
        {
            LayerPlan layer = plan.Layers[l] ?? throw Wrong($"Layers[{l}]", "is missing");
            string Name(string field) => $"Layers[{l}].{field}";
            Norm(layer.AttentionNorm, Name("AttentionNorm"));
            Norm(layer.FeedForwardNorm, Name("FeedForwardNorm"));
            Within(layer.ScoreBits, LeastScoreBits, MostScoreBits, Name("ScoreBits"));
            Within(layer.ActivationBits, LeastActivationBits, MostActivationBits, Name("ActivationBits"));
            Fracs(layer.QueryKeyValueFrac, MostAttentionFrac(config, layer), Name("QueryKeyValueFrac"));
            Fracs(layer.AttentionOutputFrac, [MostWeightFrac], Name("AttentionOutputFrac"));
            Fracs(layer.GateUpFrac, MostGateUpFrac(config, layer), Name("GateUpFrac"));
            Fracs(layer.DownFrac, [MostWeightFrac], Name("DownFrac"));
            ScaledNorm(config.QueryKeyNorm, layer, LinearSite.QueryKeyNorm, MostQueryKeyFrac(config, layer), Name("QueryKeyNorm"));
            ScaledNorm(config.PostNorms, layer, LinearSite.AttentionPostNorm, [MostWeightFrac], Name("AttentionPostNorm"));
            ScaledNorm(config.PostNorms, layer, LinearSite.FeedForwardPostNorm, [MostWeightFrac], Name("FeedForwardPostNorm"));
            if (config.QueryKeyNorm && layer.QueryKeyValueFrac[0] != layer.QueryKeyValueFrac[1])
            {
                throw Wrong(Name("QueryKeyValueFrac"), "differs for queries and keys, which are normalised together");
            }
        }
    }

    private static void Norm(NormRange range, string name)
    {
        Within(range.High, LeastNorm + 1, MostNorm, $"{name}.High");
        Within(range.Low, Math.Max(LeastNorm, range.High - NormOctaves), range.High - 1, $"{name}.Low");
    }

    private static void ScaledNorm(bool wanted, LayerPlan layer, LinearSite site, int[] mostWeightFrac, string name)
    {
        ScaledNormPlan? plan = layer.ScaledNorm(site);
        if ((plan is not null) != wanted)
        {
            throw Wrong(name, wanted ? "is missing" : "is given for a model without such a norm");
        }

        if (plan is null)
        {
            return;
        }

        Within(plan.Frac, 1, MostNormFrac(layer, site), $"{name}.Frac");
        Within(plan.Range.High, 16 - (2 * plan.Frac), Formats.SumOfSquaresBits - (2 * plan.Frac), $"{name}.Range.High");
        Within(plan.Range.Low, Math.Max(15 - (2 * plan.Frac), plan.Range.High - NormOctaves), plan.Range.High - 1, $"{name}.Range.Low");
        Fracs(plan.WeightFrac, mostWeightFrac, $"{name}.WeightFrac");
    }

    private static void Fracs(int[]? fracs, int[] most, string name)
    {
        if (fracs is null || fracs.Length != most.Length)
        {
            throw Wrong(name, $"has {fracs?.Length.ToString() ?? "no"} entries where {most.Length} are needed");
        }

        for (int i = 0; i < fracs.Length; i++)
        {
            Within(fracs[i], 0, most[i], $"{name}[{i}]");
        }
    }

    private static void Within(int value, int least, int most, string name)
    {
        if (value < least || value > most)
        {
            throw Wrong(name, $"is {value}; {least} to {most} is possible");
        }
    }

    private static ArgumentException Wrong(string name, string what) =>
        new($"The fixed-point plan cannot be used: {name} {what}. Are both sides of the same version, and was the plan made for this "
            + $"model?");
}
