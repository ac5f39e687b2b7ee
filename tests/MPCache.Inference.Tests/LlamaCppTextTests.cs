using MPCache.Models;
using MPCache.Oracles;

namespace MPCache.Inference.Tests;

/// <summary>The real model beside llama.cpp, which multiplies its 4-bit weights by activations rounded to 8 bits: close margins are not
/// compared.</summary>
public class LlamaCppTextTests
{
    private const int Tokens = 8;
    private const float ClearMargin = 1; // of the best logit over the second, in llama.cpp

    private static readonly string[] s_asked =
    [
        "Explain {0} to a child.", "Write one sentence about {0}.", "What is the most important fact about {0}?", "Give me a short poem "
            + "on {0}.",
        "Question: why do people care about {0}? Answer:",
    ];

    private static readonly string[] s_subjects =
        ["the sea", "prime numbers", "bread", "the French Revolution", "gravity",
            "sorting in Python", "bees", "the moon", "chess", "rain in Tokyo"];

    [SkippableFact]
    public void GreedyTextsOfFiftyPromptsAreLlamaCppsWhereItsMarginIsClear()
    {
        string path = SharedData.Get(SharedData.SmolLm2);
        using ModelFile model = ModelFile.Open(path);
        using var oracle = new LlamaCpp(path, 256);
        var weights = new FloatWeights(model);
        int compared = 0;
        foreach (string text in s_asked.SelectMany(asked => s_subjects.Select(subject => string.Format(asked, subject))))
        {
            oracle.Clear();
            int[] tokens = model.Prompt(text, useChat: true);
            var program = new FloatProgram(weights);
            for (int i = 0; i < Tokens; i++)
            {
                // Both run llama.cpp's text, so that one close choice does not end the comparison.
                float[] theirs = oracle.Step(tokens), ours = program.Step(tokens);
                int best = FloatProgram.Largest(theirs);
                float margin = theirs[best] - theirs.Where((_, id) => id != best).Max();
                if (margin > ClearMargin)
                {
                    compared++;
                    Assert.True(FloatProgram.Largest(ours) == best, $"\"{text}\", token {i}: {FloatProgram.Largest(ours)} and not "
                        + $"{best}, which leads by {margin:F2}");
                }

                tokens = [best];
            }
        }

        Assert.True(compared > 50 * Tokens / 3, $"only {compared} tokens had a clear margin");
    }
}
