using ScottPlot;

namespace MPCache.Bench;

/// <summary>Answered against attended: a line for each family, and one across for the full cache.</summary>
internal static class RecallPicture
{
    private const int Height = 900;

    // Families of one policy have its colour and differ by these.
    private static readonly (LinePattern Line, MarkerShape Marker)[] s_variants =
        [(LinePattern.Solid, MarkerShape.FilledCircle), (LinePattern.Dashed, MarkerShape.FilledDiamond), (LinePattern
            .Dotted, MarkerShape.FilledSquare)];

    public static void Draw(BenchReport<RecallRow> report, string path)
    {
        using var plot = new Plot();
        var variants = new Dictionary<string, int>();
        foreach (IGrouping<string, RecallRow> family in report.Rows.GroupBy(r => r.Family))
        {
            RecallRow[] points = [.. family.OrderBy(r => r.Attended)];
            Color colour = PolicyColours.Of(points[0].Policy);
            if (family.Key == RecallCurve.Full)
            {
                plot.Add.HorizontalLine(100 * points[0].Accuracy, 3, colour, LinePattern.Dashed).LegendText = "full";
                continue;
            }

            string name = PolicyColours.NameOf(points[0].Policy);
            int variant = variants[name] = variants.GetValueOrDefault(name, -1) + 1;
            ScottPlot.Plottables.Scatter line = plot.Add
                .Scatter(points.Select(p => 100 * p.Attended).ToArray(), points.Select(p => 100 * p.Accuracy).ToArray(), colour);
            (line.LinePattern, line.MarkerShape) = s_variants[variant % s_variants.Length];
            (line.LineWidth, line.MarkerSize, line.LegendText) = (3, 11, family.Key);
        }

        RecallRow first = report.Rows[0];
        plot.Styled($"{report.Model}: {first.Prompts} prompts of {first.Shortest:N0} to {first.Longest:N0} tokens with a planted fact");
        plot.XLabel("attended at a step, % of the full cache");
        plot.YLabel("answered, % of the prompts");
        plot.Axes
            .SetLimits(0, Math.Ceiling(report.Rows.Where(r => r.Family != RecallCurve.Full).Max(r => 100 * r.Attended) / 5) * 5, -1, 101);
        plot.LegendBeside();
        plot.SavePng(path, Printed.Width, Height);
    }
}
