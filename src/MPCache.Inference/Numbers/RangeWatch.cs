using MPCache.Models;

namespace MPCache.Inference;

/// <summary>
/// Where a text leaves the ranges of a plan: a run in single precision, token by token, held to <see cref="TensorLimits"/>.
/// </summary>
public static class RangeWatch
{
    /// <summary>A tensor of a layer that left its range.</summary>
    /// <param name="Limit">The range.</param>
    /// <param name="Token">Place of the token at which it was furthest out, from 0.</param>
    /// <param name="Seen">The magnitude there.</param>
    /// <param name="First">Place of the first token at which it was out.</param>
    public readonly record struct Departure(TensorLimit Limit, int Token, double Seen, int First);

    /// <summary>Runs tokens with the full cache and returns every departure, by layer.</summary>
    public static IReadOnlyList<Departure> Run(ModelConfig config, FloatWeights weights, FixedPointPlan plan, int[] tokens)
    {
        Dictionary<(string, int), TensorLimit> limits = TensorLimits.Of(config, plan).ToDictionary(l => (l.Tensor, l.Layer));
        var found = new Dictionary<(string, int), Departure>();
        int token = 0;
        void Observe(string tensor, int layer, ReadOnlySpan<float> values)
        {
            if (!limits.TryGetValue((tensor, layer), out TensorLimit limit))
            {
                return;
            }

            foreach (float value in values)
            {
                double seen = Math.Abs((double)value), times = Out(limit, seen);
                if (times > 1 && (!found.TryGetValue((tensor, layer), out Departure before) || times > Out(limit, before.Seen)))
                {
                    found[(tensor, layer)] = new(limit, token, seen, found.ContainsKey((tensor, layer)) ? before.First : token);
                }
            }
        }

        var program = new FloatProgram(weights, observe: Observe);
        for (; token < tokens.Length; token++)
        {
            program.Step([tokens[token]]);
        }

        return [.. found.Values.OrderBy(d => d.Limit.Layer)];
    }

    /// <summary>How many times out of its range a magnitude is.</summary>
    private static double Out(TensorLimit limit, double seen) => Math.Max(seen / limit.Most, limit.Least / Math.Max(seen, 1e-30));
}
