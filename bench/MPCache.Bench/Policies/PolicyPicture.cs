using ScottPlot;

namespace MPCache.Bench;

/// <summary>Answered against bytes a token: a line for each policy over its budgets, and the frontier across.</summary>
internal static class PolicyPicture
{
    private const int Height = 950;

    public static void Draw(BenchReport<PolicyRow> report, string path)
    {
        using var plot = new Plot();
        foreach (IGrouping<string, PolicyRow> policy in report.Rows.GroupBy(r => r.Policy))
        {
            PolicyRow[] rows = [.. policy.OrderBy(r => r.Costs.Token.Online)];
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(
                rows.Select(Bytes).ToArray(),
                rows.Select(r => 100 * r.All.Value).ToArray(),
                PolicyColours.Of(policy.Key));
            (line.LineWidth, line.MarkerSize, line.LegendText) = (1.5f, 10, policy.Key);
        }

        PolicyRow[] frontier = [.. Frontier(report.Rows)];
        ScottPlot.Plottables.Scatter best = plot.Add.Scatter(
            frontier.Select(Bytes).ToArray(),
            frontier.Select(r => 100 * r.All.Value).ToArray(),
            Colors.Black);
        (best.LineWidth, best.MarkerSize, best.LegendText, best.LinePattern) = (3, 0, "frontier", LinePattern.Dashed);
        PolicyRow first = report.Rows[0];
        plot.Styled($"{report.Model}: answers in the clear against private bytes a token, after {first.Costs.Prompt:N0} tokens");
        plot.XLabel("online a token, KB, both directions (logarithmic)");
        plot.YLabel($"answered, % of {first.All.Of} prompts");
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            LabelFormatter = power => Printed.Short(Math.Pow(10, power)),
        };
        plot.LegendBeside();
        plot.SavePng(path, Printed.Width, Height);
    }

    /// <summary>Rows that no other beats in answers at as few bytes or fewer, from the cheapest on.</summary>
    public static IEnumerable<PolicyRow> Frontier(IReadOnlyList<PolicyRow> rows)
    {
        int best = -1;
        foreach (PolicyRow row in rows.OrderBy(r => r.Costs.Token.Online).ThenByDescending(r => r.All.Right))
        {
            if (row.All.Right > best)
            {
                best = row.All.Right;
                yield return row;
            }
        }
    }

    private static double Bytes(PolicyRow row) => Math.Log10(row.Costs.Token.Online / 1e3);
}
