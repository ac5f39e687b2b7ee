using System.Globalization;
using ScottPlot;

namespace MPCache.Bench;

/// <summary>The ablation as bars, one group for each cache length: attention's bytes, and seconds where they were measured.</summary>
internal static class AblationPicture
{
    private const int PanelHeight = 620;
    private const double Headroom = 0.25; // of a power of ten, for the labels of the highest bars

    public static void Draw(BenchReport<AblationRow> report, string path)
    {
        string how = report.Planned ? "exact, planned" : $"measured, {report.Transport}";
        var panels = new List<(string Title, string Unit, Func<AblationRow, double> Value)>
        {
            ($"{report.Model}: attention over the cache, one decoded token ({how})", "MB online, both directions", r => r.AttentionBytes
                / 1e6),
        };
        if (report.Rows.All(r => r.Seconds is not null))
        {
            panels.Add(($"{report.Model}: one decoded token, medians ({how})", "seconds", r => r.Seconds!.Value));
        }

        var picture = new Multiplot();
        picture.AddPlots(panels.Count);
        for (int i = 0; i < panels.Count; i++)
        {
            Fill(picture.GetPlot(i), report.Rows, panels[i].Title, panels[i].Unit, panels[i].Value);
        }

        picture.SavePng(path, Printed.Width, PanelHeight * panels.Count);
    }

    private static void Fill(Plot plot, AblationRow[] rows, string title, string unit, Func<AblationRow, double> value)
    {
        string[] policies = [.. rows.Select(r => r.Policy).Distinct()];
        int[] lengths = [.. rows.Select(r => r.Cache).Distinct()];
        double floor = Math.Floor(Math.Log10(rows.Min(value))), ceiling = Math.Log10(rows.Max(value)) + Headroom;
        int stride = policies.Length + 1;
        for (int p = 0; p < policies.Length; p++)
        {
            Bar[] bars =
            [
                .. lengths.Index().SelectMany(length => rows.Where(r => r.Policy == policies[p] && r.Cache == length.Item)
                    .Select(row => new Bar
                        {
                            Position = (length.Index * stride) + p,
                            Value = Math.Log10(value(row)),
                            ValueBase = floor,
                            FillColor = PolicyColours.Of(policies[p]),
                            LineWidth = 0,
                            Label = Printed.Short(value(row)),
                        })),
            ];
            ScottPlot.Plottables.BarPlot drawn = plot.Add.Bars(bars);
            drawn.LegendText = policies[p];
            drawn.ValueLabelStyle.FontSize = 13;
        }

        plot.Styled(title);
        plot.YLabel(unit);
        plot.LogarithmicLeft(value => value.ToString("G3", CultureInfo.InvariantCulture));
        plot.Axes.Bottom.SetTicks(
            [.. lengths.Index().Select(l => (l.Index * stride) + ((policies.Length - 1) / 2.0))],
            [.. lengths.Select(l => $"{l:N0} tokens")]);
        plot.Axes.Bottom.MajorTickStyle.Color = Colors.Transparent;
        plot.Grid.XAxisStyle.IsVisible = false;
        plot.Axes.SetLimits(-1, (lengths.Length * stride) - 1, floor, ceiling);
        plot.LegendBeside();
    }
}
