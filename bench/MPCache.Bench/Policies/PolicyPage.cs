using System.Globalization;
using System.Text;

namespace MPCache.Bench;

/// <summary>The leaderboard between two marks of a page; what stands around them is written by hand.</summary>
internal static class PolicyPage
{
    private const string Begin = "<!-- begin: bench policies -->", End = "<!-- end: bench policies -->";

    /// <summary>Writes the tables into a page that has the marks, or a new one.</summary>
    public static void Write(BenchReport<PolicyRow> report, string path, string? picture)
    {
        string page = File.Exists(path) ? File.ReadAllText(path) : "";
        page = page.Length == 0 ? $"{Begin}\n{End}\n" : page;
        int from = page.IndexOf(Begin, StringComparison.Ordinal), to = page.IndexOf(End, StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            throw new ArgumentException($"{path} has no lines \"{Begin}\" and \"{End}\": add them where the tables shall stand.");
        }

        File.WriteAllText(path, page[..(from + Begin.Length)] + "\n" + Tables(report, picture) + page[to..]);
    }

    private static string Tables(BenchReport<PolicyRow> report, string? picture)
    {
        var text = new StringBuilder();
        PolicyRow[] rows = report.Rows;
        string[] tasks = [.. rows[0].Tasks.Keys];
        PolicyRow full = rows.First(r => r.Policy == "full");
        Line(text, $"{report.Model}. Prompts: {string.Join(", ", tasks.Select(t => $"{t} {full.Tasks[t].Of}"))}; the full cache answers "
            + $"{full.All.Right} of {full.All.Of}. Bytes and rounds after a prompt of {full.Costs.Prompt:N0} tokens.");
        if (picture is not null)
        {
            Line(text, $"\n![answers against private bytes a token]({Path.GetFileName(picture)})");
        }

        HashSet<PolicyRow> frontier = [.. PolicyPicture.Frontier(rows)];
        foreach (IGrouping<double, PolicyRow> budget in rows.Where(r => r.Policy != "full").GroupBy(r => r.Budget).OrderBy(g => g.Key))
        {
            Line(text, $"\n### {budget.Key * 100:G3} % of the prompt");
            Table(text, [full, .. budget.OrderByDescending(r => r.All.Right).ThenBy(r => r.Costs.Token.Online)], tasks, frontier);
        }

        Line(text, "\n### The frontier: nothing answers more at as few bytes a token");
        Table(text, [.. PolicyPicture.Frontier(rows)], tasks, frontier);
        return text.ToString();
    }

    private static void Table(StringBuilder text, IReadOnlyList<PolicyRow> rows, string[] tasks, HashSet<PolicyRow> frontier)
    {
        bool perplexity = rows.Any(r => r.Perplexity is not null), inPrivate = rows.Any(r => r.Private is not null);
        string[] head =
        [
            "policy", "answered (95 %)", .. tasks, .. perplexity ? (string[])["perplexity"] : [], "attended", "a token: online", "dealt",
            "rounds", "once: online", "dealt", "rounds", .. inPrivate ? (string[])["same text privately"] : [],
        ];
        Line(text, $"\n| {string.Join(" | ", head)} |");
        Line(text, $"|---|{string.Concat(Enumerable.Repeat("---:|", head.Length - 1))}");
        foreach (PolicyRow row in rows)
        {
            string name = frontier.Contains(row) ? $"**{row.Policy}**" : row.Policy;
            string[] cells =
            [
                row.Budget < 1 && rows[0].Policy != "full" ? $"{name}, {row.Budget * 100:G3} %" : name,
                $"{100 * row.All.Value:F0} % ({100 * row.All.Low:F0} to {100 * row.All.High:F0})",
                .. tasks.Select(t => $"{row.Tasks[t].Right}/{row.Tasks[t].Of}"),
                .. perplexity ? (string[])[row.Perplexity?.ToString("F2", CultureInfo.InvariantCulture) ?? "-"] : [],
                $"{100 * row.Attended:F0} %",
                .. Cells(row.Costs.Token),
                .. Cells(row.Costs.Once),
                .. inPrivate ? (string[])[row.Private is { } p ? $"{p.SameText} of {p.Prompts}" : "-"] : [],
            ];
            Line(text, $"| {string.Join(" | ", cells)} |");
        }
    }

    private static string[] Cells(PolicyCosts.Price price) => [Bytes(price.Online), Bytes(price.Dealt), $"{price.Rounds:N0}"];

    private static string Bytes(long bytes)
        => bytes < 1_000_000 ? $"{bytes / 1e3:F0} KB" : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F2} MB");

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
