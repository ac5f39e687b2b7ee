using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;

namespace MPCache.Bench;

/// <summary>What it costs to evict one layer alone to a size: the divergence of the next tokens' probabilities from the full cache's.</summary>
internal static class LayerLosses
{
    private const int Steps = 8, Whole = 1_000_000;

    /// <summary>Mean divergence in nats, layers x sizes, over prompts and the steps of the full cache's own text.</summary>
    public static double[][] Measure(ModelFile file, IReadOnlyList<RecallPrompt> prompts, int[] sizes, CancellationToken cancel)
    {
        var weights = new FloatWeights(file);
        int layers = file.Config.Layers;
        double[][] losses = [.. Enumerable.Range(0, layers).Select(_ => new double[sizes.Length])];
        foreach (RecallPrompt prompt in prompts)
        {
            FloatPrompt started = FloatPrompt.Run(weights, file.Prompt(prompt.Text, false));
            var full = new FloatProgram(weights, CachePolicy.Named("full"), started);
            var logits = new List<float[]> { started.Logits.ToArray() };
            for (int i = 0; i < Steps; i++)
            {
                logits.Add(full.Step([FloatProgram.Largest(logits[^1])]));
            }

            for (int l = 0; l < layers; l++)
            {
                for (int s = 0; s < sizes.Length; s++)
                {
                    cancel.ThrowIfCancellationRequested();
                    string budgets = string.Join(',', Enumerable.Range(0, layers).Select(other => other == l ? sizes[s] : Whole));
                    var program = new FloatProgram(weights, CachePolicy.Parse($"xkv --window 16 --layer-budgets {budgets}"), started);
                    for (int i = 0; i < Steps; i++)
                    {
                        float[] own = program.Step([FloatProgram.Largest(logits[i])]);
                        losses[l][s] += Divergence(logits[i + 1], own) / (Steps * prompts.Count);
                    }
                }
            }

            Console.Error.WriteLine($"{prompt.Name}: {prompt.Tokens} tokens");
        }

        return losses;
    }

    /// <summary>Kullback and Leibler's, of the probabilities that two rows of logits say.</summary>
    private static double Divergence(float[] of, float[] from)
    {
        double[] p = LogProbabilities(of), q = LogProbabilities(from);
        return p.Zip(q, (a, b) => Math.Exp(a) * (a - b)).Sum();
    }

    private static double[] LogProbabilities(float[] logits)
    {
        double largest = logits.Max(), sum = Math.Log(logits.Sum(l => Math.Exp(l - largest))) + largest;
        return [.. logits.Select(l => l - sum)];
    }
}
