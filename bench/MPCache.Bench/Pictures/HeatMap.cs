using ScottPlot;
using ScottPlot.TickGenerators;

namespace MPCache.Bench;

/// <summary>A square matrix of shares as a heat map, its first row at the top.</summary>
internal static class HeatMap
{
    private const int MostTicks = 15, Size = 1100;

    public static void Draw(string path, string title, string axis, double[,] matrix)
    {
        using var plot = new Plot();
        ScottPlot.Plottables.Heatmap map = plot.Add.Heatmap(matrix);
        map.ManualRange = new ScottPlot.Range(0, 1);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        plot.Add.ColorBar(map);
        int size = matrix.GetLength(0), step = Math.Max(1, (size + MostTicks - 1) / MostTicks);
        Tick[] across = [.. Enumerable.Range(0, size).Where(i => i % step == 0).Select(i => new Tick(i, $"{i}"))];
        plot.Axes.Bottom.TickGenerator = new NumericManual(across);
        plot.Axes.Left.TickGenerator = new NumericManual([.. across.Select(t => new Tick(size - 1 - t.Position, t.Label))]);
        plot.Styled(title);
        plot.XLabel(axis);
        plot.YLabel(axis);
        plot.Axes.SquareUnits();
        plot.SavePng(path, Size, Size);
    }
}
