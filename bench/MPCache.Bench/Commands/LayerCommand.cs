using System.CommandLine;
using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Inference;
using MPCache.Transport;
using Spectre.Console;

namespace MPCache.Bench;

/// <summary><c>layer</c>: one layer of a model's size, with random weights, between processes.</summary>
internal static class LayerCommand
{
    private static readonly Dictionary<string, string> s_shapes = new()
    {
        ["smollm2"] = "SmolLM2-135M",
        ["gpt2"] = "GPT-2",
        ["llama-7b"] = "LLaMA-7B",
        ["llama-3-8b"] = "Llama-3-8B",
    };

    private sealed record Row : Figures
    {
        [JsonPropertyName("policy")]
        public required string Policy { get; init; }

        [JsonPropertyName("cache")]
        public required int Cache { get; init; }

        [JsonPropertyName("tokens")]
        public required int Tokens { get; init; }

        /// <summary>Against single precision; null under another policy than full, where other tokens may be kept.</summary>
        [JsonPropertyName("max_error")]
        public required double? MaxError { get; init; }
    }

    public static Command Create()
    {
        Option<string> shape = new("--shape") { Description = $"The layer's sizes: {string.Join(", ", s_shapes.Keys)}.", Required = true };
        shape.AcceptOnlyFromAmong([.. s_shapes.Keys]);
        Option<int> cache = new("--cache")
        {
            Description = "Tokens in the cache when the step begins, before anything is evicted; 0 for the first rows of a prompt.",
            DefaultValueFactory = _ => 512,
            HelpName = "N",
        };
        Option<int> tokens = new("--tokens")
        {
            Description = "Tokens that pass through the layer together; more than one only with --cache 0.",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        Option<string[]> policies = BenchOptions.Policies("full");
        Option<DataPlane> transport = CommonOptions.Transport();
        Option<string?> json = CommonOptions.Json("the rows");
        var command = new Command(
            "layer",
            "One transformer layer of a model's size, with random weights, between three processes; policies run by turns.")
        {
            shape, cache, tokens, policies, transport, json,
        };
        command.Validators.Add(r =>
        {
            if (r.GetResult(cache) is not { Implicit: false, Tokens: [{ Value: "0" }] } && r.GetValue(tokens) > 1)
            {
                r.AddError("A step over a cache is of one token: leave --tokens out, or give --cache 0.");
            }
        });
        command.Measures(async (r, cancel) =>
        {
            (string model, int length, int together) = (s_shapes[r.GetValue(shape)!], r.GetValue(cache), r.GetValue(tokens));
            CachePolicy[] chosen = [.. r.GetValue(policies)!.Select(CachePolicy.ForShares)];
            var groups = RowGroups.OfLayers([.. chosen.Select(policy => LayerRow.NameOf(model, together, length, policy))]);
            ProtocolFigures[] figures = await ProtocolBench.Run(groups, r.GetValue(transport), cancel);
            Row[] rows =
            [
                .. chosen.Zip(figures, (policy, f) => new Row
                {
                    Policy = policy.ToText(),
                    Cache = length,
                    Tokens = together,
                    OnlineBytes = f.OnlineBytes,
                    DealtBytes = f.DealtBytes,
                    Rounds = f.Rounds,
                    Seconds = f.Seconds,
                    SecondsSpread = f.SecondsSpread,
                    Ratio = f.Ratio,
                    MaxError = f.MaxError,
                }),
            ];
            new BenchReport<Row> { Bench = command.Name, Model = model, Transport = r.GetValue(transport).Word(), Rows = rows }.Write(
                r.GetValue(json),
                Show);
        });
        return command;
    }

    private static void Show(BenchReport<Row> report)
    {
        Table table = Rendering.Table(
            $"one layer of {report.Model}, dealing included",
            "policy", "cache", "tokens", "ms (median)", "over the first, by turns", "online", "dealt", "rounds", "max error");
        foreach (Row row in report.Rows)
        {
            table.Row(
                row.Policy,
                $"{row.Cache:N0}",
                $"{row.Tokens:N0}",
                $"{row.Seconds * 1e3:G3}",
                row.Ratio?.Show("F2") ?? "-",
                Rendering.Bytes(row.OnlineBytes),
                Rendering.Bytes(row.DealtBytes),
                $"{row.Rounds:N0}",
                row.MaxError is { } e ? $"{e:0.0e0}" : "-");
        }

        Rendering.Errors.Write(table);
    }
}
