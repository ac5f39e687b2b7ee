using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;


namespace MPCache.Bench;

/// <summary>Greedy texts of the plaintext engine under a cache policy, for which no other reference exists.</summary>
internal static class PlainReference
{
    /// <summary>The prompt with the plaintext engine's tokens, as many as it had, and their margins.</summary>
    public static GreedyPrompt Of(FloatWeights weights, CachePolicy policy, GreedyPrompt prompt)
    {
        ModelConfig config = weights.Config;
        var program = new FloatProgram(weights, policy);
        var tokens = new List<int>();
        var margins = new List<double>();
        float[] logits = program.Prompt(prompt.PromptIds);
        while (true)
        {
            int token = FloatProgram.Largest(logits);
            tokens.Add(token);
            margins.Add(logits[token] - logits.Where((_, i) => i != token).Max());
            if (tokens.Count == prompt.GreedyIds.Length || config.EndTokens.Contains(token))
            {
                return prompt with { GreedyIds = [.. tokens], Margins = [.. margins] };
            }

            logits = program.Step([token]);
        }
    }
}
