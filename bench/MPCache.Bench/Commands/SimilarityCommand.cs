using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;
using Spectre.Console;


namespace MPCache.Bench;

/// <summary><c>similarity</c>: how alike the tokens are that layers attend to.</summary>
internal static class SimilarityCommand
{
    /// <param name="Tokens">Tokens of the text.</param>
    /// <param name="Top">How many of them are the top of a layer.</param>
    /// <param name="Queries">Queries whose attention is summed.</param>
    /// <param name="Neighbours">The overlap of each layer with the next.</param>
    /// <param name="Overlap">The overlap of each layer with each.</param>
    private sealed record Row(
        [property: JsonPropertyName("tokens")] int Tokens,
        [property: JsonPropertyName("top")] int Top,
        [property: JsonPropertyName("queries")] int Queries,
        [property: JsonPropertyName("neighbours")] double[] Neighbours,
        [property: JsonPropertyName("overlap")] double[][] Overlap);

    public static Command Create()
    {
        Option<string> model = BenchOptions.Model();
        Option<string> promptFile = new("--prompt-file")
        {
            Description = "A file that holds the text, in UTF-8; - for standard input.",
            Required = true,
            HelpName = "FILE",
        };
        Option<bool> chat = new("--chat") { Description = "Apply the model's chat template." };
        Option<double> ratio = new("--ratio")
        {
            Description = "Share of the tokens that counts as the top of a layer.",
            DefaultValueFactory = _ => 0.1,
            HelpName = "SHARE",
        };
        Option<int> queries = new("--queries")
        {
            Description = "The text's last queries, whose attention is summed.",
            DefaultValueFactory = _ => 16,
            HelpName = "N",
        };
        Option<string?> json = CommonOptions.Json("the matrix");
        Option<string?> picture = BenchOptions.Picture("the matrix as a heat map");
        var command = new Command(
            "similarity",
            "How alike the tokens are that layers attend to most on a text, run in the clear: which layers could share a selection.")
        {
            model, promptFile, chat, ratio, queries, json, picture,
        };
        command.Measures((r, _) =>
        {
            using ModelFile file = ModelFile.Open(r.GetValue(model)!);
            int[] tokens = file.Prompt(PromptFile.Read(r.GetValue(promptFile)!, "--prompt-file"), r.GetValue(chat));
            if (tokens.Length == 0 || tokens.Length > file.Config.ContextLength)
            {
                throw new ArgumentException(
                    $"--prompt-file {r.GetValue(promptFile)}: the text has {tokens.Length:N0} tokens; {file.Config.Name} takes 1 to "
                        + $"{file.Config.ContextLength:N0}. Give another text.");
            }

            var text = string.Create(CultureInfo.InvariantCulture,
                $"static --static-ratio {r.GetValue(ratio)} --window-queries {r.GetValue(queries)}");
            CachePolicy policy = CachePolicy.Parse(text);
            double[,] matrix = Matrix(FloatPrompt.Run(new FloatWeights(file), tokens).Kept(policy));
            Row row = Tell(tokens.Length, policy, Math.Min(tokens.Length, r.GetValue(queries)), matrix);
            var report = new BenchReport<Row> { Bench = command.Name, Model = ProperName.Of(file.Config), Rows = [row] };
            report.Write(r.GetValue(json), Show);
            if (r.GetValue(picture) is { } png)
            {
                HeatMap.Draw(
                    png,
                    $"{report.Model}: common share of the {row.Top} of {row.Tokens:N0} tokens that two layers attend to most",
                    "layer",
                    matrix);
            }

            return Task.CompletedTask;
        });
        return command;
    }

    private static double[,] Matrix(int[][][] kept) =>
        SelectionOverlap.Matrix([.. kept.Select(layer => new[] { layer[0] })]); // one decision for all heads

    private static Row Tell(int tokens, CachePolicy policy, int queries, double[,] matrix)
    {
        int layers = matrix.GetLength(0);
        double[][] rows = [.. Enumerable.Range(0, layers).Select(a => Enumerable.Range(0, layers).Select(b => matrix[a, b]).ToArray())];
        double[] neighbours = [.. Enumerable.Range(1, layers - 1).Select(l => rows[l - 1][l])];
        return new Row(tokens, policy.Kept(tokens, 0), queries, neighbours, rows);
    }

    private static void Show(BenchReport<Row> written)
    {
        Row report = written.Rows[0];
        int layers = report.Overlap.Length;
        Table table = Rendering.Table(
            $"overlap in percent of the {report.Top} of {report.Tokens:N0} tokens that each layer attends to most", ["layer", .. Enumerable
                .Range(0, layers)
                .Select(l => $"{l}")]);
        foreach (TableColumn column in table.Columns)
        {
            column.Padding(0, 1).NoWrap();
        }

        for (int l = 0; l < layers; l++)
        {
            table.Row([$"{l}", .. report.Overlap[l].Select(o => (100 * o).ToString("F0", CultureInfo.InvariantCulture))]);
        }

        AnsiConsole.Write(table);
        if (layers > 1)
        {
            AnsiConsole.WriteLine($"Neighbouring layers: {report.Neighbours.Average():P0} in the mean, {report.Neighbours.Min():P0} to "
                + $"{report.Neighbours.Max():P0}.");
        }
    }
}
