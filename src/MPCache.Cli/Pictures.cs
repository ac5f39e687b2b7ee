using ScottPlot;

namespace MPCache.Cli;

/// <summary>Pictures of measurements, as PNG files.</summary>
internal static class Pictures
{
    /// <summary>Answered against attended, a line for each family and one across for the full cache.</summary>
    public static void Curve(string path, string title, IReadOnlyList<RecallRow> rows)
    {
        using var plot = new Plot();
        foreach (IGrouping<string, RecallRow> family in rows.GroupBy(r => r.Family))
        {
            RecallRow[] points = [.. family.OrderBy(r => r.Attended)];
            if (family.Key == RecallCurve.Full)
            {
                var line = plot.Add.HorizontalLine(100 * points[0].Accuracy, color: Colors.Gray, pattern: LinePattern.Dashed);
                line.LegendText = "full cache";
            }
            else
            {
                var scatter = plot.Add.Scatter(points.Select(p => 100 * p.Attended).ToArray(), points.Select(p => 100 * p.Accuracy).ToArray());
                scatter.LegendText = family.Key;
            }
        }

        plot.Title(title);
        plot.XLabel("attended at a step, % of the full cache");
        plot.YLabel("answered, % of the prompts");
        plot.Axes.SetLimits(0, 75, 0, 102);
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(path, 900, 600);
    }

    /// <summary>A square matrix of shares as a heat map, its first row at the top.</summary>
    public static void HeatMap(string path, string title, string axis, double[,] matrix)
    {
        using var plot = new Plot();
        var map = plot.Add.Heatmap(matrix);
        map.ManualRange = new ScottPlot.Range(0, 1);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        plot.Add.ColorBar(map);
        int size = matrix.GetLength(0), step = Math.Max(1, (size + 14) / 15);
        Tick[] across = [.. Enumerable.Range(0, size).Where(i => i % step == 0).Select(i => new Tick(i, $"{i}"))];
        Tick[] down = [.. across.Select(t => new Tick(size - 1 - t.Position, t.Label))];
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(across);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual(down);
        plot.Title(title);
        plot.XLabel(axis);
        plot.YLabel(axis);
        plot.Axes.SquareUnits();
        plot.SavePng(path, 800, 700);
    }
}
