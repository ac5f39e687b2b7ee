using MPCache.Models;
using MPCache.Oracles;
using MPCache.Protocols;

namespace MPCache.Inference.Tests;

/// <summary>
/// Every architecture on a tiny random model: the float engine gives llama.cpp's logits, the fixed-point one the float engine's. Runs pass
/// the window of sliding layers.
/// </summary>
public class ArchitectureTests
{
    private const int Context = 32, Prompt = 12, Steps = 12; // layers that slide do so over 16 tokens

    // Sums in another order and in single precision: 1e-5 of the largest logit. GELU is a table of half precision in llama.cpp: 2e-3.
    private const double FloatError = 1e-5, HalfPrecisionError = 2e-3;

    // Weights of 16 bits and scores of 12 fractional ones, over up to six layers of random weights that are as large as their inputs.
    private const double FixedPointError = 0.03;

    public static TheoryData<string> OfLlamaCpp => [.. TinyArchitecture.All.Where(a => a.IsLlamaCpps).Select(a => a.Name)];

    public static TheoryData<string> All => [.. TinyArchitecture.All.Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(OfLlamaCpp))]
    public void FloatLogitsAreLlamaCpps(string architecture)
    {
        using var folder = new TempFolder();
        string path = folder.Write("tiny.gguf", TinyModel.Gguf(architecture, Context).Build().File);
        using ModelFile model = ModelFile.Open(path);
        using var oracle = new LlamaCpp(path, Context);
        var program = new FloatProgram(new FloatWeights(model));
        double bound = model.Config.Activation == ActivationKind.Silu ? FloatError : HalfPrecisionError;
        foreach (int[] tokens in Texts(model.Config))
        {
            Near(oracle.Step(tokens), program.Step(tokens), bound);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void FixedPointLogitsAreTheFloatEngines(string architecture)
    {
        using var folder = new TempFolder();
        using ModelFile model = ModelFile.Open(folder.Write("tiny.gguf", TinyModel.Gguf(architecture, Context).Build().File));
        var weights = new FloatWeights(model);
        (FixedPointPlan plan, _) = Calibration.Run(model, weights);
        using var quantised = new PlainModelWeights(model, plan);
        using var mpc = new Mpc(Role.Clear, new ClearCorrelations(), null, new MPCache.Kernels.AesKey(new byte[16]));
        using var program = new SecretProgram(mpc, model.Config, plan, quantised,
            new GenerationRequest { PromptTokens = Prompt, MaxTokens = Steps + 1, Policy = "full", Reveal = "logits" });
        var plain = new FloatProgram(weights);
        foreach (int[] tokens in Texts(model.Config))
        {
            _ = tokens.Length > 1 ? program.Prefill(tokens) : program.Decode(tokens[0]);
            Near(plain.Step(tokens), program.Logits!, FixedPointError);
        }
    }

    /// <summary>A prompt, then single tokens; none of them ends a text.</summary>
    private static IEnumerable<int[]> Texts(ModelConfig config)
    {
        var random = new Random(5);
        int Token() => random.Next(3, config.Vocabulary);
        yield return [.. Enumerable.Range(0, Prompt).Select(_ => Token())];
        for (int i = 0; i < Steps; i++)
        {
            yield return [Token()];
        }
    }

    /// <summary>No logit is further from the expected one than so much of the largest.</summary>
    private static void Near(float[] expected, float[] actual, double bound)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(MathF.Abs), worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= bound * largest, $"a logit is {worst:G3} off where the largest is {largest:G3}: {worst / largest:G3} of it, "
            + $"{bound:G3} is allowed");
    }
}
