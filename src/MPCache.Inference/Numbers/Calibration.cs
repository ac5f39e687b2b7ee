using MPCache.Models;

namespace MPCache.Inference;

/// <summary>
/// Finds rings and fractional bits for a model: one run in the clear over a text, whose ranges are given two bits of headroom, and the weights' own extents.
/// </summary>
public static class Calibration
{
    /// <summary>Bits of room between the largest value seen and the largest that fits.</summary>
    public const int Headroom = 2;

    private const int ResidualFrac = 14;
    private const int SumOfSquaresBits = 61;

    // Reaches ordinary prose, code, digits and rare tokens, and is long enough for attention to spread.
    private const string Text =
        "In the beginning there was a village by the sea, and the people of it kept a record of every ship: \"The Lamb, 1847, 31 barrels; the Eagle, 1,902.\"\n" +
        "def area(r):\n    return 3.14159 * r ** 2  # naïve\n\nQuestion: what is 12 plus 30? Answer: 42. Où est la gare, s'il vous plaît? 😀\n" +
        "1. apples 2. cherries 3. strawberries. Dear Mr. Smith, the heating has been broken since Monday; please send someone soon. " +
        "And the king said unto him, Go, and number the people from Dan even to Beersheba, that I may know the sum of them.";

    /// <summary>One line of the headroom report.</summary>
    /// <param name="Tensor">Name.</param>
    /// <param name="Layer">Layer where it is largest, or -1.</param>
    /// <param name="Largest">Largest magnitude seen.</param>
    /// <param name="Fits">Largest magnitude that fits.</param>
    public readonly record struct HeadroomLine(string Tensor, int Layer, double Largest, double Fits)
    {
        /// <summary>Spare bits.</summary>
        public double Bits => Math.Log2(Fits / Math.Max(Largest, 1e-30));
    }

    /// <summary>Runs the model in the clear and makes its plan.</summary>
    /// <exception cref="CalibrationException">A tensor does not fit; the message names it.</exception>
    public static (FixedPointPlan Plan, IReadOnlyList<HeadroomLine> Report) Run(ModelFile model, FloatWeights weights)
    {
        var ranges = new RangeRecorder();
        foreach (int[] prompt in Prompts(model))
        {
            var engine = new FloatEngine(weights, observe: ranges.Observe);
            var program = new Transformer<float[]>(model.Config, engine);
            program.Step(prompt, 0, wantLogits: true).AsTask().GetAwaiter().GetResult();
        }

        return Plan(model.Config, new FoldedWeights(model), ranges);
    }

    private static IEnumerable<int[]> Prompts(ModelFile model)
    {
        int longest = model.Config.ContextLength;
        yield return [.. model.Prompt(Text, useChat: false).Take(longest)];
        if (model.Chat is { Recognised: true })
        {
            yield return [.. model.Prompt(Text, useChat: true).Take(longest)];
        }
    }

    private static (FixedPointPlan Plan, IReadOnlyList<HeadroomLine> Report) Plan(ModelConfig config, FoldedWeights folded, RangeRecorder ranges)
    {
        var report = new List<HeadroomLine>();
        NormRange Range(string site, int layer)
        {
            string tensor = $"{site} norm, sum of squares";
            double smallest = ranges.Smallest(tensor, layer), largest = ranges.Largest(tensor, layer);
            var range = new NormRange((int)Math.Floor(Math.Log2(smallest)) - (2 * Headroom), (int)Math.Ceiling(Math.Log2(largest)) + (2 * Headroom));
            int frac = (2 * ResidualFrac) + range.High;
            if (frac > SumOfSquaresBits)
            {
                range = range with { High = SumOfSquaresBits - (2 * ResidualFrac) };
            }

            // A wider range would need more windows than one round of ANDs takes.
            range = range with { Low = Math.Max(range.Low, Math.Max(range.High - 38, 1 - (2 * ResidualFrac) + 14)) };
            Check(report, tensor, layer, largest, Math.Pow(2, range.High));
            return range;
        }

        double normFactor = Math.Sqrt(config.Width);
        var layers = new LayerPlan[config.Layers];
        for (int l = 0; l < config.Layers; l++)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true); // a layer's matrices were copied to be folded
            double score = ranges.Largest("score", l), argument = ranges.Largest("activation argument", l);
            int scoreBits = Math.Clamp((int)Math.Ceiling(Math.Log2(score)) + 1 + 1, 7, 11);
            int activationBits = Math.Clamp((int)Math.Ceiling(Math.Log2(argument * 2)), 4, 7);
            Check(report, "score", l, score, Math.Pow(2, scoreBits - 1), 0.5);
            Check(report, "activation argument", l, argument, Math.Pow(2, activationBits), 0.3);
            layers[l] = new LayerPlan
            {
                AttentionNorm = Range("Attention", l),
                FeedForwardNorm = Range("FeedForward", l),
                QueryKeyValueFrac = AttentionFracs(config, folded.Read(l, LinearSite.QueryKeyValue, normFactor), scoreBits),
                AttentionOutputFrac = Fracs(folded.Read(l, LinearSite.AttentionOutput, 1), 20),
                GateUpFrac = Fracs(folded.Read(l, LinearSite.GateUp, normFactor), 20),
                DownFrac = Fracs(folded.Read(l, LinearSite.Down, 1), 20),
                ScoreBits = scoreBits,
                ActivationBits = activationBits,
                HiddenFrac = 14,
            };
            int queryRing = SecretAttention.QueryRing(scoreBits);
            Check(report, "query", l, ranges.Largest("query", l), Math.Pow(2, queryRing - 1 - SecretAttention.QueryFrac));
            Check(report, "key", l, ranges.Largest("key", l), Math.Pow(2, queryRing - 1 - SecretAttention.KeyFrac));
            Check(report, "value", l, ranges.Largest("value", l), Math.Pow(2, 8));
            Check(report, "residual", l, ranges.Largest("residual", l), Math.Pow(2, 63 - 2 - (2 * ResidualFrac)));
            if (config.Family == ModelFamily.Llama)
            {
                Check(report, "hidden", l, ranges.Largest("hidden", l), Math.Pow(2, UpRing(layers[l]) - 2 - 28));
            }
        }

        double logit = ranges.Largest($"{LinearSite.Output}", config.Layers);
        int logitBits = Math.Max(6, (int)Math.Ceiling(Math.Log2(logit)) + 1);
        Check(report, "logits", config.Layers, logit, Math.Pow(2, logitBits), 0.9);
        double embedding = folded.Model.Read(TensorRole.TokenEmbedding).Max(MathF.Abs);
        var plan = new FixedPointPlan
        {
            ResidualFrac = ResidualFrac,
            EmbeddingFrac = Math.Min(20, (int)Math.Floor(Math.Log2(16383 / embedding))),
            Layers = layers,
            OutputNorm = Range("Output", config.Layers),
            OutputWeightFrac = Fracs(folded.Read(config.Layers, LinearSite.Output, normFactor), 20),
            LogitBits = logitBits,
        };
        return (plan, report);
    }

    /// <summary>Weights of queries and keys may have no more bits than let a product be cut straight into the ring of scores; values than let it be widened.</summary>
    private static int[] AttentionFracs(ModelConfig config, IReadOnlyList<FoldedMatrix> parts, int scoreBits)
    {
        int rotary = config.Family == ModelFamily.Llama ? SecretAttention.RotaryFrac : 0;
        int room = 64 - SecretAttention.QueryRing(scoreBits) - Protocols.UnitNorm.ResultFrac - rotary;
        int[] fracs = Fracs(parts, 20);
        return [Math.Min(fracs[0], room + SecretAttention.QueryFrac), Math.Min(fracs[1], room + SecretAttention.KeyFrac), fracs[2]];
    }

    private static int UpRing(LayerPlan plan) => Math.Min(48, 64 - (Protocols.UnitNorm.ResultFrac + plan.GateUpFrac[1] - 14));

    private static int[] Fracs(IReadOnlyList<FoldedMatrix> parts, int most) =>
        [.. parts.Select(p => Math.Min(most, (int)Math.Floor(Math.Log2(short.MaxValue / Math.Max(1e-9, p.Values.Max(MathF.Abs))))))];

    private static void Check(List<HeadroomLine> report, string tensor, int layer, double largest, double fits, double room = Headroom)
    {
        var line = new HeadroomLine(tensor, layer, largest, fits);
        report.Add(line);
        if (line.Bits < room)
        {
            throw new CalibrationException(
                $"Layer {layer}, tensor \"{tensor}\" reaches {largest:G4}; its ring holds {fits:G4}, which leaves {line.Bits:F1} bits of headroom where {room} are asked for.");
        }
    }
}
