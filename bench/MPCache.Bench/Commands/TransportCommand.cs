using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace MPCache.Bench;

/// <summary><c>transport</c>: both data planes beside a raw socket.</summary>
internal static class TransportCommand
{
    public static Command Create()
    {
        Option<string?> json = CommonOptions.Json("the figures");
        var command = new Command(
            "transport",
            "Compare links over NetMQ and over TCP with a raw socket, between two processes: round trips and bulk, by turns.") { json };
        command.Measures(async (r, cancel) =>
        {
            var report = new BenchReport<TransportRow> { Bench = command.Name, Rows = await TransportBench.Run(cancel) };
            report.Write(r.GetValue(json), shown =>
            {
                Show("there and back, microseconds (medians)", shown.Rows, row => row.Trip, "N1");
                Show("one way, GB/s (medians)", shown.Rows, row => row.Bulk, "N3");
            });
        });
        return command;
    }

    private static void Show(string title, TransportRow[] rows, Func<TransportRow, TransportFigures> figures, string format)
    {
        Table table = Rendering.Table(title, "bytes", "netmq", "tcp", "raw socket", "netmq / raw, by turns", "tcp / raw, by turns");
        foreach (TransportRow row in rows)
        {
            TransportFigures f = figures(row);
            string[] medians = [.. new[] { f.NetMq, f.Tcp, f.Raw }.Select(v => v.ToString(format, CultureInfo.InvariantCulture))];
            table.Row([$"{row.Bytes:N0}", .. medians, f.NetMqRatio.Show("F2"), f.TcpRatio.Show("F2")]);
        }

        Rendering.Errors.Write(table);
    }
}
