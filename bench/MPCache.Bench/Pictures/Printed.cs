using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace MPCache.Bench;

/// <summary>What all pictures have in common: sizes that stay readable in print, the legend beside, logarithmic axes.</summary>
internal static class Printed
{
    private const float Title = 22, Axis = 18, Ticks = 16;

    /// <summary>Twice the size at which a page shows them.</summary>
    public const int Width = 1500;

    /// <summary>Sizes, white ground, faint grid.</summary>
    public static Plot Styled(this Plot plot, string title)
    {
        plot.Title(title, Title);
        plot.FigureBackground.Color = plot.DataBackground.Color = Colors.White;
        plot.Axes.Bottom.Label.FontSize = plot.Axes.Left.Label.FontSize = Axis;
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = Ticks;
        plot.Grid.MajorLineColor = Color.FromHex("#DDDDDD");
        return plot;
    }

    /// <summary>The legend to the right of the data, so that it hides none.</summary>
    public static void LegendBeside(this Plot plot)
    {
        plot.Legend.FontSize = Ticks;
        plot.Legend.OutlineColor = plot.Legend.ShadowColor = Colors.Transparent;
        plot.ShowLegend(Edge.Right);
    }

    /// <summary>Makes the left axis one of powers of ten; what is drawn must be logarithms to base ten.</summary>
    public static void LogarithmicLeft(this Plot plot, Func<double, string> label)
    {
        plot.Axes.Left.TickGenerator = new NumericAutomatic
        {
            MinorTickGenerator = new LogMinorTickGenerator(),
            IntegerTicksOnly = true,
            LabelFormatter = power => label(Math.Pow(10, power)),
        };
        plot.Grid.MinorLineColor = Color.FromHex("#F0F0F0");
        plot.Grid.MinorLineWidth = 1;
    }

    /// <summary>Two digits: 0.12, 1.3, 26, 331.</summary>
    public static string Short(double value)
        => value.ToString(value >= 9.95 ? "F0" : value >= 0.995 ? "F1" : "F2", CultureInfo.InvariantCulture);
}
