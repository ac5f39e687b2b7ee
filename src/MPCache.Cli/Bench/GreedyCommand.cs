using System.CommandLine;
using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;
using MPCache.Transport;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache bench greedy</c>.</summary>
internal static class GreedyCommand
{
    private const double Least = 0.99;

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model(required: true, "The model: a GGUF file or a Hugging Face folder.");
        Option<string> reference = new("--reference") { Description = "Prompts with a reference's greedy tokens and margins, as JSON.", Required = true, HelpName = "FILE" };
        Option<int> longest = new("--longest") { Description = "Leave out longer prompts.", DefaultValueFactory = _ => 100, HelpName = "N" };
        Option<string?> only = new("--only") { Description = "Run these prompts alone.", HelpName = "NAME,NAME" };
        Option<DataPlane> transport = CommonOptions.Transport();
        Option<string> shapeLink = CommonOptions.ShapeLink();
        Option<bool> shapeDealer = CommonOptions.ShapeDealer();
        var command = new Command("greedy", "Generate a reference file's texts privately and compare them token by token; under another policy than full, with the plaintext engine's under the same policy.")
        {
            model, reference, longest, only, transport, shapeLink, shapeDealer,
        };
        var policy = new PolicyArguments(command);
        command.SetAction((r, cancel) => Task.Run(() =>
        {
            string[]? names = r.GetValue(only)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            GreedyPrompt[] prompts = [.. GreedyReference.Read(r.GetValue(reference)!).Prompts.Where(p => p.PromptIds.Length <= r.GetValue(longest) && names?.Contains(p.Name) != false)];
            var links = new LinkChoice(r.GetValue(transport), CommonOptions.Shape(r.GetValue(shapeLink), r.GetValue(shapeDealer)));
            return prompts.Length > 0
                ? Run(r.GetValue(model)!, policy.Read(r), prompts, links, cancel)
                : throw new ArgumentException("No prompt of the reference is left; raise --longest or change --only.");
        }, CancellationToken.None));
        return command;
    }

    private static async Task<int> Run(string path, CachePolicy policy, GreedyPrompt[] prompts, LinkChoice links, CancellationToken cancel)
    {
        using ModelFile model = ModelFile.Open(path);
        using LocalProcess dealer = await LocalProcess.Start("dealer", ["--listen", "tcp://127.0.0.1:0", "--transport", links.Plane.Word()], cancel);
        using LocalProcess server = await LocalProcess.Start("server", ["--model", path, "--listen", "tcp://127.0.0.1:0", "--dealer", dealer.Address, "--transport", links.Plane.Word()], cancel);
        FloatWeights? weights = policy.Name == "full" ? null : new FloatWeights(model);
        Console.WriteLine("prompt               tokens  equal/compared  as predicted  prefill s  s/token");
        int equal = 0, compared = 0;
        foreach (GreedyPrompt given in prompts)
        {
            GreedyPrompt prompt = weights is null ? given : PlainReference.Of(weights, policy, given);
            GenerationReport report = Generate(model, policy, server, dealer, prompt, links, cancel);
            GreedyVerdict verdict = GreedyVerdict.Of(prompt, report.Tokens);
            PhaseLine[] phases = [report.Prefill, .. report.Decode];
            bool predicted = phases.All(p => p.Predicted is { } q && q.Rounds == p.Rounds && q.Bytes == p.Bytes);
            string decode = report.Decode.Length == 0 ? "-" : $"{report.Decode.Average(d => d.Seconds):F3}";
            Console.WriteLine($"{prompt.Name,-20} {prompt.PromptIds.Length,6}  {$"{verdict.Equal}/{verdict.Compared}",14}  {(predicted ? "yes" : "NO"),12}  {report.Prefill.Seconds,9:F2}  {decode,7}"
                + (verdict.Excused ? $"  departs at token {verdict.Equal}, where the reference's margin is {prompt.Margins[verdict.Equal]:G3}" : ""));
            equal += verdict.Equal;
            compared += verdict.Compared;
        }

        double share = compared == 0 ? 1 : (double)equal / compared;
        Console.WriteLine($"total: {equal} of {compared} tokens equal, {share:P1}");
        return share >= Least ? ExitCode.Success : ExitCode.Failure;
    }

    private static GenerationReport Generate(ModelFile model, CachePolicy policy, LocalProcess server, LocalProcess dealer, GreedyPrompt prompt, LinkChoice links, CancellationToken cancel)
    {
        try
        {
            return Client.Generate(server.Address, dealer.Address, prompt.PromptIds, new GenerationRequest { PromptTokens = prompt.PromptIds.Length, MaxTokens = prompt.GreedyIds.Length, Policy = policy.ToText(), Reveal = "token" }, new SilentObserver(), Client.Options(model), links, cancel);
        }
        catch (ChannelException e) when ((server.Failure ?? dealer.Failure) is { } words)
        {
            throw new IOException($"{words} (seen here as: {e.Message})", e);
        }
    }
}
