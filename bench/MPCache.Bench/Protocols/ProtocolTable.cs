using System.Text;


namespace MPCache.Bench;

/// <summary>The protocols' table, for the console and for docs/performance.md.</summary>
internal static class ProtocolTable
{
    /// <summary>Headings.</summary>
    public static readonly string[] Columns = ["protocol", "elements", "online", "dealt", "rounds", "ms", "max error", "goal", "others"];

    /// <summary>All rows' cells; others' figures stand beside the first size of a protocol.</summary>
    public static IEnumerable<string[]> Cells(ProtocolRow[] rows, ProtocolFigures[] figures)
    {
        string last = "";
        foreach ((ProtocolRow row, ProtocolFigures f) in rows.Zip(figures))
        {
            yield return [.. Cells(row, f), row.Name == last ? "" : OtherSystems.Of(row.Name)];
            last = row.Name;
        }
    }

    private static string[] Cells(ProtocolRow row, ProtocolFigures f)
    {
        double per = row.Whole ? 1 : row.Size, online = f.OnlineBytes / per, dealt = f.DealtBytes / per;
        return
        [
            row.Name, $"{row.Size:N0}", Bytes(row, online), Bytes(row, dealt), $"{f.Rounds}", $"{f.Seconds! * 1e3:G3}",
            f.MaxError is null ? "-" : f.MaxError == 0
                ? "0"
                : $"{f.MaxError:0.0e0}{(row.Relative ? " relative" : "")}",
            OtherSystems.Verdict(row.Name, online, dealt, f.Rounds, f.MaxError),
        ];
    }

    /// <summary>The table as Markdown.</summary>
    public static string Markdown(ProtocolRow[] rows, ProtocolFigures[] figures)
    {
        var text = new StringBuilder();
        text.AppendLine($"| {string.Join(" | ", Columns)} |");
        text.AppendLine($"|{string.Concat(Columns.Select((_, i) => i is 0 or >= 7 ? "---|" : "---:|"))}");
        foreach (string[] cells in Cells(rows, figures))
        {
            text.AppendLine($"| {string.Join(" | ", cells)} |");
        }

        return text.ToString();
    }

    private static string Bytes(ProtocolRow row, double bytes) => row.Whole ? Rendering.Bytes((long)bytes) : $"{bytes:0.0#} B each";
}
