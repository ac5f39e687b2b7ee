using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference.Tests;

public class PlainEngineTests
{
    [Fact]
    public void FloatReproducesTheReference()
    {
        using ModelFile model = ModelFile.Open(Repository.Scribe);
        var weights = new FloatWeights(model);
        foreach (GreedyPrompt prompt in GreedyReference.Read(Repository.ScribeReference).Prompts)
        {
            var program = new FloatProgram(weights);
            int token = FloatProgram.Largest(program.Step(prompt.PromptIds));
            for (int i = 0; i < prompt.GreedyIds.Length; i++)
            {
                if (token != prompt.GreedyIds[i])
                {
                    Assert.True(prompt.Margins[i] < 0.01, $"{prompt.Name}: token {i} is {token}, the reference has {prompt.GreedyIds[i]} "
                        + $"by {prompt.Margins[i]}");
                    break;
                }

                token = i + 1 < prompt.GreedyIds.Length ? FloatProgram.Largest(program.Step([token])) : token;
            }
        }
    }

    [Fact]
    public void FixedPointKeepsTheText()
    {
        using ModelFile model = ModelFile.Open(Repository.Scribe);
        (FixedPointPlan plan, _) = Calibration.Run(model, new FloatWeights(model));
        using var weights = new PlainModelWeights(model, plan);
        GreedyPrompt prompt = GreedyReference.Read(Repository.ScribeReference).Prompts[0];
        using var mpc = new Mpc(Role.Clear, new ClearCorrelations(), null, new MPCache.Kernels.AesKey(new byte[16]));
        using var program = new SecretProgram(mpc, model.Config, plan, weights,
            new GenerationRequest
            {
                PromptTokens = prompt.PromptIds.Length,
                MaxTokens = prompt.GreedyIds.Length,
                Policy = "full",
                Reveal = "token"
            });
        int token = program.Prefill(prompt.PromptIds);
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(prompt.GreedyIds[i], token);
            token = program.Decode(token);
        }
    }
}
