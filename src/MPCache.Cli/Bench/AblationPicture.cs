using ScottPlot;

namespace MPCache.Cli;

/// <summary>The ablation as bars, one group for each cache length: attention's bytes, and seconds where they were measured.</summary>
internal static class AblationPicture
{
    private const int Width = 900, PanelHeight = 420;

    public static void Draw(AblationReport report, string path)
    {
        var panels = new List<(string Title, Func<AblationRow, double> Value)> { ("attention, MB online a step", r => r.AttentionBytes / 1e6) };
        if (report.Rows.All(r => r.Seconds is not null))
        {
            panels.Add(("seconds a step", r => r.Seconds!.Value));
        }

        var picture = new Multiplot();
        picture.AddPlots(panels.Count);
        for (int i = 0; i < panels.Count; i++)
        {
            Fill(picture.GetPlot(i), report, panels[i].Title, panels[i].Value, legend: i == 0);
        }

        picture.SavePng(path, Width, PanelHeight * panels.Count);
    }

    private static void Fill(Plot plot, AblationReport report, string title, Func<AblationRow, double> value, bool legend)
    {
        string[] policies = [.. report.Rows.Select(r => r.Policy).Distinct()];
        int[] lengths = [.. report.Rows.Select(r => r.Cache).Distinct()];
        var palette = new ScottPlot.Palettes.Category10();
        int stride = policies.Length + 1;
        for (int p = 0; p < policies.Length; p++)
        {
            Bar[] bars =
            [
                .. lengths.Select((length, i) => new Bar
                {
                    Position = (i * stride) + p,
                    Value = report.Rows.Where(r => r.Policy == policies[p] && r.Cache == length).Sum(value),
                    FillColor = palette.GetColor(p),
                }),
            ];
            plot.Add.Bars(bars).LegendText = policies[p];
        }

        plot.Axes.Bottom.SetTicks([.. lengths.Select((_, i) => (i * stride) + ((policies.Length - 1) / 2.0))], [.. lengths.Select(l => $"{l:N0} tokens")]);
        plot.Axes.Margins(bottom: 0);
        plot.Title($"{report.Model}: {title}");
        if (legend)
        {
            plot.ShowLegend(Alignment.UpperLeft);
        }
    }
}
