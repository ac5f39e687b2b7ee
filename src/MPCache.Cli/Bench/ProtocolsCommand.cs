using System.CommandLine;
using MPCache.Transport;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache bench protocols</c>.</summary>
internal static class ProtocolsCommand
{
    public static Command Create()
    {
        Option<string?> json = CommonOptions.Json("the rows");
        Option<string?> markdown = new("--markdown") { Description = "Write the table of docs/performance.md to a file, - for standard output.", HelpName = "FILE" };
        Option<string?> only = new("--only") { Description = "Run the rows of this name alone.", HelpName = "NAME" };
        Option<DataPlane> transport = CommonOptions.Transport();
        var command = new Command("protocols", "Run each protocol between three processes: bytes, rounds, seconds and error, beside other systems' figures.") { json, markdown, only, transport };
        command.SetAction((r, cancel) => Task.Run(() => Run(r.GetValue(json), r.GetValue(markdown), r.GetValue(only), r.GetValue(transport), cancel), CancellationToken.None));
        return command;
    }

    private static async Task<int> Run(string? json, string? markdown, string? only, DataPlane plane, CancellationToken cancel)
    {
        ProtocolRow[] rows = [.. ProtocolRows.All(only)];
        if (rows.Length == 0)
        {
            throw new ArgumentException($"--only takes {string.Join(", ", ProtocolRows.All(null).Select(r => r.Name).Distinct())}; not \"{only}\".");
        }

        ProtocolFigures[] figures = await ProtocolBench.Run(rows, only, plane, cancel);
        Show(rows, figures);
        if (json is not null)
        {
            Rendering.WriteJson(json, new ProtocolReport(figures));
        }

        if (markdown is not null)
        {
            string text = ProtocolTable.Markdown(rows, figures);
            if (markdown == "-")
            {
                Console.Write(text);
            }
            else
            {
                await File.WriteAllTextAsync(markdown, text, cancel);
            }
        }

        return ExitCode.Success;
    }

    private static void Show(ProtocolRow[] rows, ProtocolFigures[] figures)
    {
        Table table = Rendering.Table("protocols, three processes", ProtocolTable.Columns);
        table.Columns[^2].LeftAligned();
        table.Columns[^1].LeftAligned();
        foreach (string[] cells in ProtocolTable.Cells(rows, figures))
        {
            table.Row(cells);
        }

        Rendering.Errors.Write(table);
    }
}
