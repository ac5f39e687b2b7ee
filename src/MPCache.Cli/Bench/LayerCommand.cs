using System.CommandLine;
using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;
using MPCache.Transport;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache bench layer</c>: one layer of a model's size, with random weights, between processes.</summary>
internal static class LayerCommand
{
    private static readonly Dictionary<string, string> Shapes = new() { ["smollm2"] = "SmolLM2-135M", ["gpt2"] = "GPT-2", ["llama-7b"] = "LLaMA-7B", ["llama-3-8b"] = "Llama-3-8B" };

    private sealed record Report([property: JsonPropertyName("shape")] string Shape, [property: JsonPropertyName("rows")] LayerLine[] Rows);

    private sealed record LayerLine(
        [property: JsonPropertyName("policy")] string Policy,
        [property: JsonPropertyName("cache")] int Cache,
        [property: JsonPropertyName("tokens")] int Tokens,
        [property: JsonPropertyName("seconds")] double Seconds,
        [property: JsonPropertyName("online_bytes")] long OnlineBytes,
        [property: JsonPropertyName("dealt_bytes")] long DealtBytes,
        [property: JsonPropertyName("rounds")] long Rounds,
        [property: JsonPropertyName("max_error")] double? MaxError);

    public static Command Create()
    {
        Option<string> shape = new("--shape") { Description = $"The layer's sizes: {string.Join(", ", Shapes.Keys)}.", Required = true };
        shape.AcceptOnlyFromAmong([.. Shapes.Keys]);
        Option<int> cache = new("--cache") { Description = "Tokens in the cache when the step begins, before anything is evicted; 0 for the first rows of a prompt.", DefaultValueFactory = _ => 512, HelpName = "N" };
        Option<int> tokens = new("--tokens") { Description = "Tokens that pass through the layer together; more than one only with --cache 0.", DefaultValueFactory = _ => 1, HelpName = "N" };
        Option<string[]> policies = new("--policy") { Description = "A policy with its options; may be given several times.", DefaultValueFactory = _ => ["full"], HelpName = "TEXT" };
        Option<DataPlane> transport = CommonOptions.Transport();
        Option<string?> json = CommonOptions.Json("the rows");
        var command = new Command("layer", "One transformer layer of a model's size, with random weights, between three processes.") { shape, cache, tokens, policies, transport, json };
        command.Validators.Add(r =>
        {
            if (r.GetResult(cache) is not { Implicit: false, Tokens: [{ Value: "0" }] } && r.GetValue(tokens) > 1)
            {
                r.AddError("A step over a cache is of one token: leave --tokens out, or give --cache 0.");
            }
        });
        command.SetAction((r, cancel) => Task.Run(async () =>
        {
            Rendering.CheckJson(r.GetValue(json));
            var lines = new List<LayerLine>();
            foreach (string text in r.GetValue(policies)!)
            {
                lines.Add(await Measure(Shapes[r.GetValue(shape)!], r.GetValue(cache), r.GetValue(tokens), CachePolicies.ForShares(text), r.GetValue(transport), cancel));
            }

            var report = new Report(r.GetValue(shape)!, [.. lines]);
            Show(report);
            if (r.GetValue(json) is { } path)
            {
                Rendering.WriteJson(path, report);
            }

            return ExitCode.Success;
        }, CancellationToken.None));
        return command;
    }

    private static async Task<LayerLine> Measure(string model, int cache, int tokens, CachePolicy policy, DataPlane plane, CancellationToken cancel)
    {
        string name = LayerRow.NameOf(model, tokens, cache, policy);
        ProtocolFigures figures = (await ProtocolBench.Run([LayerRow.OfName(name)!], name, plane, cancel))[0];
        return new LayerLine(policy.ToText(), cache, tokens, figures.Seconds, figures.OnlineBytes, figures.DealtBytes, figures.Rounds, figures.MaxError);
    }

    private static void Show(Report report)
    {
        Table table = Rendering.Table($"one layer of {Shapes[report.Shape]}, dealing included", "policy", "cache", "tokens", "ms", "online", "dealt", "rounds", "max error");
        foreach (LayerLine line in report.Rows)
        {
            table.Row(line.Policy, $"{line.Cache:N0}", $"{line.Tokens:N0}", $"{line.Seconds * 1e3:G3}", Rendering.Bytes(line.OnlineBytes), Rendering.Bytes(line.DealtBytes), $"{line.Rounds:N0}",
                line.MaxError is { } e ? $"{e:0.0e0}" : "-");
        }

        Rendering.Errors.Write(table);
    }
}
