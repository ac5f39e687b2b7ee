using System.Text;

namespace MPCache.Cli;

/// <summary>The protocols' table, for the console and for docs/performance.md.</summary>
internal static class ProtocolTable
{
    /// <summary>Headings.</summary>
    public static readonly string[] Columns = ["protocol", "elements", "online", "dealt", "rounds", "ms", "max error", "goal", "others"];

    /// <summary>One row's cells.</summary>
    public static string[] Cells(ProtocolRow row, ProtocolFigures f)
    {
        double per = row.Whole ? 1 : row.Size, online = f.OnlineBytes / per, dealt = f.DealtBytes / per;
        return
        [
            row.Name, $"{row.Size:N0}", Bytes(row, online), Bytes(row, dealt), $"{f.Rounds}", $"{f.Seconds * 1e3:G3}",
            f.MaxError == 0 ? "0" : $"{f.MaxError:0.0e0}{(row.Relative ? " relative" : "")}", Peers.Verdict(row.Name, online, dealt, f.Rounds, f.MaxError), Peers.Of(row.Name),
        ];
    }

    /// <summary>The table as Markdown.</summary>
    public static string Markdown(ProtocolRow[] rows, ProtocolFigures[] figures)
    {
        var text = new StringBuilder();
        text.AppendLine($"| {string.Join(" | ", Columns)} |");
        text.AppendLine($"|{string.Concat(Columns.Select((_, i) => i is 0 or >= 7 ? "---|" : "---:|"))}");
        foreach ((ProtocolRow row, ProtocolFigures f) in rows.Zip(figures))
        {
            text.AppendLine($"| {string.Join(" | ", Cells(row, f))} |");
        }

        return text.ToString();
    }

    private static string Bytes(ProtocolRow row, double bytes) => row.Whole ? Rendering.Bytes((long)bytes) : $"{bytes:0.0#} B each";
}
