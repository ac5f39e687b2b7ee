using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference.Tests;

/// <summary>
/// SmolLM2-135M in the protocols' fixed point, in the clear, against the reference in single precision. Private runs: <c>greedy</c> of
/// bench/MPCache.Bench.
/// </summary>
public class RealModelTests
{
    [SkippableFact]
    public void FixedPointKeepsTheTextOfARealModel()
    {
        string path = SharedData.Get(SharedData.SmolLm2), reference = SharedData.Get(SharedData.SmolLm2Reference);
        using ModelFile model = ModelFile.Open(path);
        (FixedPointPlan plan, IReadOnlyList<HeadroomLine> report) = Calibration.Run(model, new FloatWeights(model));
        Assert.Contains(report, line => line.Tensor == "residual" && line.Seen > 20_000); // the massive activation
        using var weights = new PlainModelWeights(model, plan);
        int compared = 0, equal = 0;
        foreach (GreedyPrompt prompt in GreedyReference.Read(reference).Prompts.Where(p => p.PromptIds.Length < 50))
        {
            using var mpc = new Mpc(Role.Clear, new ClearCorrelations(), null, new MPCache.Kernels.AesKey(new byte[16]));
            using var program = new SecretProgram(mpc, model.Config, plan, weights,
                new GenerationRequest
                {
                    PromptTokens = prompt.PromptIds.Length,
                    MaxTokens = prompt.GreedyIds.Length,
                    Policy = "full",
                    Reveal = "logits"
                });
            int token = program.Prefill(prompt.PromptIds);
            for (int i = 0; i < prompt.GreedyIds.Length; i++)
            {
                if (token != prompt.GreedyIds[i] && prompt.Margins[i] < 0.1)
                {
                    break; // the reference itself hardly knows
                }

                compared++;
                if (token != prompt.GreedyIds[i])
                {
                    break;
                }

                equal++;
                token = i + 1 < prompt.GreedyIds.Length ? program.Decode(token) : token;
            }
        }

        Assert.True(compared > 80 && equal >= 0.99 * compared, $"{equal} of {compared} tokens are the reference's");
    }
}
