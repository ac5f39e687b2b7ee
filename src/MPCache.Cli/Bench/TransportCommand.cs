using System.CommandLine;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache bench transport</c>.</summary>
internal static class TransportCommand
{
    /// <summary>One size: median microseconds there and back.</summary>
    internal sealed record TripFigures(
        [property: JsonPropertyName("bytes")] int Bytes,
        [property: JsonPropertyName("channel_us")] double Channel,
        [property: JsonPropertyName("tcp_us")] double Tcp,
        [property: JsonPropertyName("ratio")] double Ratio);

    /// <summary>One way, GB/s, median of the runs.</summary>
    internal sealed record BulkFigures(
        [property: JsonPropertyName("channel_gb_s")] double Channel,
        [property: JsonPropertyName("tcp_gb_s")] double Tcp,
        [property: JsonPropertyName("ratio")] double Ratio);

    /// <summary>The object that <c>--json</c> writes.</summary>
    internal sealed record Report([property: JsonPropertyName("round_trips")] TripFigures[] Trips, [property: JsonPropertyName("bulk")] BulkFigures Bulk);

    public static Command Create()
    {
        Option<string?> json = CommonOptions.Json("the figures");
        var command = new Command("transport", "Compare a link between two processes with a raw TCP socket: round trips and bulk, by turns.") { json };
        command.SetAction((r, cancel) => Task.Run(async () =>
        {
            Report report = await TransportBench.Run(cancel);
            Show(report);
            if (r.GetValue(json) is { } path)
            {
                Rendering.WriteJson(path, report);
            }

            return ExitCode.Success;
        }, CancellationToken.None));
        return command;
    }

    private static void Show(Report report)
    {
        Table trips = Rendering.Table("there and back, median microseconds", "bytes", "channel", "raw TCP", "channel / TCP");
        foreach (TripFigures t in report.Trips)
        {
            trips.Row($"{t.Bytes:N0}", $"{t.Channel:N1}", $"{t.Tcp:N1}", $"{t.Ratio:F2}");
        }

        trips.Row("one way, GB/s", $"{report.Bulk.Channel:F2}", $"{report.Bulk.Tcp:F2}", $"{report.Bulk.Ratio:F2}");
        Rendering.Errors.Write(trips);
    }
}
