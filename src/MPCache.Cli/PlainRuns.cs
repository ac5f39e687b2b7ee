using System.Diagnostics;
using MPCache.Cache;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Cli;

/// <summary>Runs without parties: the float engine and the fixed-point engine in the clear.</summary>
internal static class PlainRuns
{
    public static GenerationReport Float(
        ModelFile model,
        int[] prompt,
        int maxTokens,
        CachePolicy policy,
        ClientOptions client,
        Action<int, double>? onToken,
        CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var program = new FloatProgram(new FloatWeights(model), policy);
        double setup = clock.Elapsed.TotalSeconds;
        using var sampler = new Sampler(client.Sampling);
        return Loop(model, "plain-float", prompt, maxTokens, setup, client, onToken, cancel, policy,
            tokens => sampler.Choose(tokens is [.., int last] ? program.Step([last]) : program.Prompt(prompt), [.. prompt, .. tokens]));
    }

    public static GenerationReport Fixed(
        ModelFile model,
        int[] prompt,
        int maxTokens,
        CachePolicy policy,
        ClientOptions client,
        Action<int, double>? onToken,
        CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        FixedPointPlan plan = Calibration.Run(model, new FloatWeights(model)).Plan;
        using var weights = new PlainModelWeights(model, plan);
        using var mpc = new Mpc(Role.Clear, new ClearCorrelations(), null, new AesKey(new byte[16]));
        using var sampler = new Sampler(client.Sampling);
        var request = new GenerationRequest
        {
            PromptTokens = prompt.Length,
            MaxTokens = maxTokens,
            Policy = policy.ToText(),
            Reveal = "token",
        };
        request = request.For(client.Sampling, plan, model.Config.Vocabulary);
        using var program = new SecretProgram(mpc, model.Config, plan, weights, request, sampler);
        double setup = clock.Elapsed.TotalSeconds;
        return Loop(model, "plain-fixed", prompt, maxTokens, setup, client, onToken, cancel, policy,
            tokens => tokens is [.., int last] ? program.Decode(last) : program.Prefill(prompt));
    }

    private static GenerationReport Loop(
        ModelFile model,
        string engine,
        int[] prompt,
        int maxTokens,
        double setup,
        ClientOptions client,
        Action<int, double>? onToken,
        CancellationToken cancel,
        CachePolicy policy,
        Func<List<int>, int> step)
    {
        new GenerationRequest { PromptTokens = prompt.Length, MaxTokens = maxTokens, Policy = "full", Reveal = "token" }.Check(
            model.Config);
        if (prompt.FirstOrDefault(id => (uint)id >= (uint)model.Config.Vocabulary, -1) is >= 0 and int wrong)
        {
            throw new ArgumentException($"Token {wrong} of the prompt is not among the {model.Config.Vocabulary:N0} of "
                + $"{model.Config.Name}.");
        }

        var tokens = new List<int>();
        var phases = new List<PhaseLine>();
        do
        {
            cancel.ThrowIfCancellationRequested();
            var clock = Stopwatch.StartNew();
            tokens.Add(step(tokens));
            phases.Add(Line(clock.Elapsed.TotalSeconds) with { Tokens = 1 });
            onToken?.Invoke(tokens[^1], clock.Elapsed.TotalSeconds);
        }
        while (tokens.Count < maxTokens && !client.Ends(tokens));

        ProcessReport self = ProcessMeter.Report([]);
        return new GenerationReport
        {
            Model = new ModelLine(model.Config.Name, model.Sha256, model.Config.Parameters),
            Policy = policy.Name,
            Cache = CacheLine.Of(policy, prompt.Length, tokens.Count - 1, model.Config.Layers),
            Engine = engine,
            InstructionSet = engine == "plain-float" ? "managed" : Kernels.Kernel.InstructionSet,
            PromptIds = prompt,
            Tokens = [.. tokens],
            Text = client.Text([.. tokens]),
            Sampling = SamplingLine.Of(client.Sampling),
            Setup = Line(setup),
            Prefill = phases[0],
            Decode = [.. phases.Skip(1)],
            Stages = [],
            PeakMemoryMb = new() { ["client"] = self.PeakMemoryMb },
            CpuSeconds = new() { ["client"] = self.CpuSeconds },
        };
    }

    private static PhaseLine Line(double seconds) => new() { Seconds = seconds, Bytes = new BytesLine() };
}
