using System.CommandLine;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache bench transport</c>.</summary>
internal static class TransportCommand
{
    /// <summary>One figure for each way, and the channels' beside the raw socket's.</summary>
    internal sealed record Figures([property: JsonPropertyName("netmq")] double NetMq, [property: JsonPropertyName("tcp")] double Tcp, [property: JsonPropertyName("raw")] double Raw)
    {
        [JsonPropertyName("netmq_ratio")]
        public double NetMqRatio => NetMq / Raw;

        [JsonPropertyName("tcp_ratio")]
        public double TcpRatio => Tcp / Raw;
    }

    /// <summary>One size of message: median microseconds there and back, median GB/s one way.</summary>
    internal sealed record Row(
        [property: JsonPropertyName("bytes")] int Bytes,
        [property: JsonPropertyName("round_trip_us")] Figures Trip,
        [property: JsonPropertyName("bulk_gb_s")] Figures Bulk);

    public static Command Create()
    {
        Option<string?> json = CommonOptions.Json("the figures");
        var command = new Command("transport", "Compare links over NetMQ and over TCP with a raw socket, between two processes: round trips and bulk, by turns.") { json };
        command.SetAction((r, cancel) => Task.Run(async () =>
        {
            Rendering.CheckJson(r.GetValue(json));
            Row[] rows = await TransportBench.Run(cancel);
            Show("there and back, median microseconds", rows, row => row.Trip, "N1");
            Show("one way, median GB/s", rows, row => row.Bulk, "N3");
            if (r.GetValue(json) is { } path)
            {
                Rendering.WriteJson(path, rows);
            }

            return ExitCode.Success;
        }, CancellationToken.None));
        return command;
    }

    private static void Show(string title, Row[] rows, Func<Row, Figures> figures, string format)
    {
        Table table = Rendering.Table(title, "bytes", "netmq", "tcp", "raw socket", "netmq / raw", "tcp / raw");
        foreach (Row row in rows)
        {
            Figures f = figures(row);
            table.Row([$"{row.Bytes:N0}", .. new[] { f.NetMq, f.Tcp, f.Raw }.Select(v => v.ToString(format, System.Globalization.CultureInfo.InvariantCulture)), $"{f.NetMqRatio:F2}", $"{f.TcpRatio:F2}"]);
        }

        Rendering.Errors.Write(table);
    }
}
