using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Serialization;
using MPCache.Inference;

namespace MPCache.Cli;

/// <summary><c>mpcache dealer pack</c>.</summary>
internal static class DealerPackCommand
{
    internal sealed record Dealt(
        [property: JsonPropertyName("model")] string Model,
        [property: JsonPropertyName("policy")] string Policy,
        [property: JsonPropertyName("prompt_tokens")] int PromptTokens,
        [property: JsonPropertyName("max_tokens")] int MaxTokens,
        [property: JsonPropertyName("dealt_bytes")] long DealtBytes,
        [property: JsonPropertyName("file_bytes")] long FileBytes,
        [property: JsonPropertyName("packs")] string[] Packs,
        [property: JsonPropertyName("seconds")] double Seconds);

    public static Command Create()
    {
        Option<string> order = new("--order")
        {
            Description = "What the server says of its model (mpcache packs describe).",
            Required = true,
            HelpName = "FILE",
        };
        Option<int> promptTokens = new("--prompt-tokens")
        {
            Description = "Tokens of the prompt, exactly.",
            Required = true,
            HelpName = "P",
        };
        Option<int> maxTokens = CommonOptions.MaxTokens(32);
        Option<int> count = new("--count")
        {
            Description = "Packs to deal; each is for one session.",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        count.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() < 1)
            {
                r.AddError("--count takes a number from 1 up.");
            }
        });
        Option<string> output = new("--out")
        {
            Description = "A folder; its client and server are for the two parties, and for nobody else.",
            Required = true,
            HelpName = "FOLDER",
        };
        Option<bool> erase = new("--erase")
        {
            Description = "Wipe the order, which holds the seed of B, when the packs are dealt. --erase false keeps it for more packs.",
            DefaultValueFactory = _ => true,
            HelpName = "true|false",
        };
        Option<string> reveal = CommonOptions.Reveal();
        Option<int> inFlight = CommonOptions.InFlight();
        Option<double> most = CommonOptions.MostWeights("Memory for the mask of a model's weights at most, GB: 8 bytes a weight.");
        Option<string?> json = CommonOptions.Json("what was dealt");
        var command = new Command(
            "pack",
            "Deal ahead of time: a ticket for the client, a ticket and the corrections for the server. Their session then needs no dealer, "
                + "and this machine keeps no seed. Say the options that the client will say.")
        {
            order, promptTokens, maxTokens, count, output, erase, reveal, inFlight, most, json,
        };
        var policy = new PolicyArguments(command);
        var sampling = new SamplingArguments(command);
        command.SetAction((r, cancel) => Task.Run(() =>
        {
            Rendering.CheckJson(r.GetValue(json));
            DealOrder described = DealOrder.Read(r.GetValue(order)!);
            GenerationRequest request = new GenerationRequest
            {
                PromptTokens = r.GetValue(promptTokens),
                MaxTokens = r.GetValue(maxTokens),
                Policy = policy.Read(r).ToText(),
                Reveal = r.GetValue(reveal)!,
                InFlight = r.GetValue(inFlight),
            }.For(sampling.Read(r), described.Model.Plan, described.Model.Config.Vocabulary);
            request.Check(described.Model.Config);
            Dealt dealt = Deal(described, request, r.GetValue(count), r.GetValue(output)!, CommonOptions.Bytes(r.GetValue(most)), cancel);
            if (r.GetValue(erase))
            {
                DealOrder.Wipe(r.GetValue(order)!);
            }

            if (r.GetValue(json) is { } path)
            {
                Rendering.WriteJson(path, dealt);
            }

            if (r.GetValue(json) != "-")
            {
                string what = dealt.Packs.Length == 1 ? "1 pack" : $"{dealt.Packs.Length:N0} packs";
                Console.WriteLine($"{what} of {Rendering.Bytes(dealt.FileBytes)} for {dealt.Model}, {dealt.PromptTokens} tokens of prompt, "
                    + $"{dealt.MaxTokens} to generate, policy {dealt.Policy}.");
                string client = Path.Combine(r.GetValue(output)!, "client"), server = Path.Combine(r.GetValue(output)!, "server");
                Console.WriteLine($"Now move {client} to the client and {server} to the server, and keep no copy: with both, the prompt "
                    + $"could be read.");
            }

            return ExitCode.Success;
        }, CancellationToken.None));
        return command;
    }

    private static Dealt Deal(
        DealOrder order, GenerationRequest request, int count, string folder, long mostWeightBytes, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        long dealt = PackDealer.Dealt(order.Model, request);
        using var dealer = new PackDealer(order, mostWeightBytes, Console.Error.WriteLine);
        var packs = new string[count];
        for (int i = 0; i < count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var progress = new ByteProgress($"pack {i + 1} of {count}", dealt, cancel);
            packs[i] = dealer.Deal(request, Path.Combine(folder, "client"), Path.Combine(folder, "server"), progress.Report);
            progress.End();
        }

        return new Dealt(order.Model.Config.Name, request.Policy, request.PromptTokens, request.MaxTokens, dealt,
            PackDealer.FileBytes(dealt), packs, clock.Elapsed.TotalSeconds);
    }
}
