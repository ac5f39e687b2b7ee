using System.CommandLine;
using System.Text.Json.Serialization;
using MPCache.Models;
using Spectre.Console;

namespace MPCache.Bench;

/// <summary><c>layer-budgets</c>: sizes for layers, measured once for a model.</summary>
internal static class LayerBudgetsCommand
{
    private sealed record Row(
        [property: JsonPropertyName("layer")] int Layer,
        [property: JsonPropertyName("sizes")] int[] Sizes,
        [property: JsonPropertyName("losses")] double[] Losses,
        [property: JsonPropertyName("chosen")] int Chosen);

    public static Command Create()
    {
        Option<string> model = BenchOptions.Model();
        Option<int> budget = new("--budget")
        {
            Description = "Tokens of a layer in the mean.",
            DefaultValueFactory = _ => 64,
            HelpName = "N",
        };
        Option<int> prompts = new("--prompts") { Description = "Sample prompts.", DefaultValueFactory = _ => 12, HelpName = "N" };
        Option<int> longest = new("--longest") { Description = "Tokens of the longest.", DefaultValueFactory = _ => 600, HelpName = "N" };
        Option<int> seed = new("--seed") { Description = "Other samples.", DefaultValueFactory = _ => 101, HelpName = "N" };
        Option<string?> json = CommonOptions.Json("the losses");
        var command = new Command("layer-budgets", "What each layer loses when it keeps few tokens, and the sizes that lose least: "
            + "--layer-budgets of xkv and mpcache+.")
        {
            model, budget.Positive(), prompts.Positive(), longest.Positive(), seed, json,
        };
        command.Measures((r, cancel) =>
        {
            int mean = r.GetValue(budget);
            if (mean < 16)
            {
                throw new ArgumentException($"--budget {mean}: the last 16 tokens always stay, so it must be at least 16.");
            }

            using ModelFile file = ModelFile.Open(r.GetValue(model)!);
            int[] sizes = [.. new[] { 16, mean / 2, mean, 3 * mean / 2, 2 * mean, 3 * mean }.Where(s => s >= 16).Distinct().Order()];
            IReadOnlyList<RecallPrompt> suite = PolicyTasks.Create("needle", text => file.Prompt(text, false).Length, r.GetValue(seed),
                r.GetValue(prompts), Math.Min(256, r.GetValue(longest)), r.GetValue(longest));
            double[][] losses = LayerLosses.Measure(file, suite, sizes, cancel);
            int[] chosen = LayerAllocation.Best(sizes, losses, mean * losses.Length);
            Row[] rows = [.. losses.Select((l, i) => new Row(i, sizes, l, chosen[i]))];
            new BenchReport<Row> { Bench = command.Name, Model = ProperName.Of(file.Config), Rows = rows }.Write(r.GetValue(json), Show);
            return Task.CompletedTask;
        });
        return command;
    }

    private static void Show(BenchReport<Row> report)
    {
        Table table = Rendering.Table(
            "divergence in nats when one layer keeps so many tokens", ["layer", .. report.Rows[0].Sizes.Select(s => $"{s}"), "chosen"]);
        foreach (Row row in report.Rows)
        {
            table.Row([$"{row.Layer}", .. row.Losses.Select(l => $"{l:G3}"), $"{row.Chosen}"]);
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"--layer-budgets {string.Join(',', report.Rows.Select(r => r.Chosen))}");
    }
}
