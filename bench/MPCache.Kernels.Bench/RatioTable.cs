using System.Globalization;
using System.Text;
using BenchmarkDotNet.Reports;

namespace MPCache.Kernels.Bench;

/// <summary>The checked-in summary: each kernel's time beside the managed twin's and the naive loop's, and beside what plain loops over memory and multiplications do.</summary>
internal static class RatioTable
{
    // Bytes read and written, and multiply-adds, for an element of each kernel.
    private static readonly Dictionary<string, (double Bytes, double Products)> Work = new()
    {
        ["LinearOneRow"] = (2 * KernelBenchmarks.Width, KernelBenchmarks.Width),
        ["LinearEightRows"] = (2 * KernelBenchmarks.Width / 8.0, KernelBenchmarks.Width),
        ["MaskedLinearOneRow"] = (8 * KernelBenchmarks.Width, KernelBenchmarks.Width),
        ["MaskedLinearEightRows"] = (KernelBenchmarks.Width, KernelBenchmarks.Width),
        ["Scores"] = (8 * KernelBenchmarks.HeadDim, KernelBenchmarks.HeadDim),
        ["WeightedSum"] = (8 * KernelBenchmarks.HeadDim, KernelBenchmarks.HeadDim),
        ["Masks"] = (8, 0),
        ["BeaverFinish"] = (48, 3),
        ["Shift"] = (16, 0),
        ["WidenFinish"] = (24, 0),
        ["BitTimes"] = (48, 2),
        ["TableLookUp"] = (64 + 8 + (KernelBenchmarks.Planes / 8.0), 0),
        ["Parities"] = (16 + 8 + 4, 0),
        ["CompareDigits"] = ((2 * KernelBenchmarks.Digits) + 8 + (KernelBenchmarks.Digits / 4.0), 0),
        ["Exponential"] = (16, 0),
        ["PackFiveBytes"] = (13, 0),
        ["UnpackFiveBytes"] = (21, 0),
        ["Copy"] = (16, 0),
        ["SinglePrecisionLinearOneRow"] = (4 * KernelBenchmarks.Width, KernelBenchmarks.Width),
    };

    public static string Write(IEnumerable<Summary> summaries)
    {
        var times = new Dictionary<(string Kernel, int Elements, string Job), (double Nanoseconds, long Allocated)>();
        foreach (BenchmarkReport report in summaries.SelectMany(s => s.Reports).Where(r => r.ResultStatistics is not null))
        {
            bool naive = report.BenchmarkCase.Descriptor.Type == typeof(NaiveLoops);
            times[(report.BenchmarkCase.Descriptor.WorkloadMethod.Name, (int)report.BenchmarkCase.Parameters["Elements"], naive ? "naive" : report.BenchmarkCase.Job.Id)] =
                (report.ResultStatistics!.Median, report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0);
        }

        string[] sets = [.. Sets.All.Where(Sets.Available)];
        var text = new StringBuilder($"""
            # Kernels

            Written by `dotnet run -c Release --project bench/MPCache.Kernels.Bench -- --filter '*' --table docs/kernels.md`. One core of {Environment.ProcessorCount}, {DateTime.UtcNow:yyyy-MM-dd}. Median time of an element, the times
            relative to the managed (vectorised) twin (below one is faster than it), bytes touched and multiply-adds a second on the best set. The last two rows are plain loops of the same run: what
            memory and multipliers give anybody. Allocated bytes are over all sets.

            | kernel | elements | managed, ns | naive C# | {string.Join(" | ", sets.Where(s => s != "managed"))} | GB/s | G multiply-adds/s | allocated |
            |---|---:|---:|---:|{string.Concat(sets.Where(s => s != "managed").Select(_ => "---:|"))}---:|---:|---:|

            """);
        foreach ((string kernel, (double bytes, double products)) in Work)
        {
            foreach (int elements in times.Keys.Where(k => k.Kernel == kernel).Select(k => k.Elements).Distinct().Order())
            {
                double? Time(string job) => times.TryGetValue((kernel, elements, job), out (double Nanoseconds, long) t) ? t.Nanoseconds / elements : null;
                double? managed = Time("managed"), best = sets.Select(Time).Append(Time("naive")).Min();
                string Ratio(string job) => Time(job) is { } t && managed is { } m ? Digits(t / m) : "";
                long allocated = times.Where(t => t.Key.Kernel == kernel && t.Key.Job != "naive").Select(t => t.Value.Allocated).DefaultIfEmpty(0).Max();
                text.Append(CultureInfo.InvariantCulture,
                    $"| {kernel} | {elements:N0} | {(managed is { } ns ? Digits(ns) : "")} | {Ratio("naive")} | {string.Join(" | ", sets.Where(s => s != "managed").Select(Ratio))} | {Digits(bytes / best!.Value)} | {(products > 0 ? Digits(products / best.Value) : "")} | {allocated} B |\n");
            }
        }

        return text.ToString();
    }

    private static string Digits(double value) => value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);
}
