using System.CommandLine;
using MPCache.Transport;
using Spectre.Console;

namespace MPCache.Bench;

/// <summary><c>protocols</c>: each protocol alone.</summary>
internal static class ProtocolsCommand
{
    public static Command Create()
    {
        Option<string?> json = CommonOptions.Json("the rows");
        Option<string?> markdown = new("--markdown")
        {
            Description = "Write the table of docs/performance.md to a file, - for standard output.",
            HelpName = "FILE",
        };
        Option<string[]> only = BenchOptions.Only("Run the rows of these names alone.");
        Option<DataPlane> transport = CommonOptions.Transport();
        var command = new Command(
            "protocols",
            "Run each protocol between three processes: bytes, rounds, seconds and error, beside other systems' figures.")
        {
            json, markdown, only, transport,
        };
        command.Measures(async (r, cancel) =>
        {
            RowGroups groups = RowGroups.OfProtocols(r.GetValue(only)!);
            ProtocolRow[] rows = [.. groups.Rows.SelectMany(g => g)];
            var report = new BenchReport<ProtocolFigures>
            {
                Bench = command.Name,
                Transport = r.GetValue(transport).Word(),
                Rows = await ProtocolBench.Run(groups, r.GetValue(transport), cancel),
            };
            report.Write(r.GetValue(json), shown => Show(rows, shown.Rows));
            switch (r.GetValue(markdown))
            {
                case null:
                    break;
                case "-":
                    Console.Write(ProtocolTable.Markdown(rows, report.Rows));
                    break;
                case var path:
                    await File.WriteAllTextAsync(path, ProtocolTable.Markdown(rows, report.Rows), cancel);
                    break;
            }
        });
        return command;
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
