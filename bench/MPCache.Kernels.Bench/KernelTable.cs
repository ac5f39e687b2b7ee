using System.Globalization;
using System.Text;
using BenchmarkDotNet.Reports;
using MPCache.Kernels.Tests;

namespace MPCache.Kernels.Bench;

/// <summary>
/// The checked-in page: each workload's times on each set beside the managed and the naive twin's, and each set's share of its roof.
/// </summary>
internal sealed class KernelTable
{
    private readonly Dictionary<(string Kernel, int Elements, string Set), double> _times = [];
    private readonly Dictionary<(string Limit, string Set), double> _roofs = [];
    private readonly string[] _native = [.. RoofBenchmarks.Sets];

    /// <summary>Takes the fastest iteration of each: whatever else a machine does only adds to a time.</summary>
    public KernelTable(IEnumerable<Summary> summaries)
    {
        foreach (BenchmarkReport report in summaries.SelectMany(summary => summary.Reports))
        {
            double nanoseconds = report.ResultStatistics?.Min ?? double.NaN;
            string Parameter(string name) => report.BenchmarkCase.Parameters[name].ToString()!;
            if (report.BenchmarkCase.Descriptor.Type == typeof(RoofBenchmarks))
            {
                string limit = Parameter("Limit");
                _roofs[(limit, Parameter("Set"))] = (int.TryParse(limit, out int bytes) ? bytes : RoofBenchmarks.Operations) / nanoseconds;
                continue;
            }

            int elements = (int)report.BenchmarkCase.Parameters["Elements"];
            _times[(Parameter("Kernel"), elements, Parameter("Set"))] = nanoseconds / elements;
        }
    }

    /// <summary>What the page says.</summary>
    public string Write()
    {
        StringBuilder text = new($"""
            # Kernels

            Written by `dotnet run -c Release --project bench/MPCache.Kernels.Bench -- --table docs/kernels.md`: one process, one core of
            {Environment.ProcessorCount}, {DateTime.UtcNow:yyyy-MM-dd}. Steady states: everything is compiled and optimised before it is
            timed, and the fastest of the timed iterations counts. `MPCACHE_ISA=avx2` before the command leaves out what a processor without AVX-512
            lacks. That no kernel allocates is held by a test.

            Times are of an element (of an output, for products of matrices): in nanoseconds for the managed, vectorised twin, relative to it
            for the others (below 1 is faster). The last columns are shares of a roof: the least time in which a set's instructions can read
            the kernel's bytes, or multiply as often, whichever is longer, divided by the kernel's time. A small share belongs to a
            kernel that does more than move and multiply; one above 100 % to a call that fits the cache below the one whose roof was taken
            for its size.


            """);
        text.Append(Line(["kernel", "elements", "managed, ns", "naive C#", .. _native, .. _native.Select(set => "roof, " + set)]));
        text.Append(Line(["---", .. Enumerable.Repeat("---:", 3 + (2 * _native.Length))]));
        foreach (Workload workload in Workload.All)
        {
            foreach (int elements in _times.Keys.Where(key => key.Kernel == workload.Name).Select(key => key.Elements).Distinct().Order())
            {
                text.Append(Row(workload, elements));
            }
        }

        text.Append("\n## Roofs\nWhat loops that do nothing else reach in the same run, in billions a second.\n\n");
        text.Append(Line(["", .. _native])).Append(Line(["---", .. _native.Select(_ => "---:")]));
        foreach (string limit in RoofBenchmarks.Limits)
        {
            text.Append(Line([Describe(limit), .. _native.Select(set => HasRoof(limit, set) ? Digits(Roof(limit, set)) : "")]));
        }

        return text.ToString();
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string Describe(string limit) => limit switch
    {
        nameof(Work.Products) => "products of 64-bit words, each with an addition",
        nameof(Work.Narrow) => "products of 64-bit words by 16-bit weights, each with an addition",
        nameof(Work.Blocks) => "blocks of AES-128",
        _ => $"bytes read, of {int.Parse(limit, CultureInfo.InvariantCulture) >> 10:N0} KiB",
    };

    private string Row(Workload workload, int elements)
    {
        double Time(string set) => _times.GetValueOrDefault((workload.Name, elements, set), double.NaN);
        double managed = Time(InstructionSets.Managed);
        return Line(
        [
            workload.Name,
            elements.ToString("N0", CultureInfo.InvariantCulture),
            Digits(managed),
            Digits(Time(KernelBenchmarks.Naive) / managed),
            .. _native.Select(set => Digits(Time(set) / managed)),
            .. _native.Select(set => Share(workload, elements, set, Time(set))),
        ]);
    }

    /// <summary>
    /// The least time of a kernel over its time. Reading is what the roof of memory measures; what a kernel writes counts like it.
    /// </summary>
    private string Share(Workload workload, int elements, string set, double time)
    {
        string work = workload.Work.ToString();
        if (!HasRoof(work, set) || double.IsNaN(time))
        {
            return "";
        }

        long bytes = workload.Create(new Data(1), elements).Traffic;
        int level = RoofBenchmarks.WorkingSets.FirstOrDefault(size => bytes <= size, RoofBenchmarks.WorkingSets[^1]);
        double toRead = bytes / Roof(level.ToString(CultureInfo.InvariantCulture), set) / elements;
        double toMultiply = workload.Work == Work.Bytes ? 0 : workload.PerElement / Roof(work, set);
        return $"{100 * Math.Max(toRead, toMultiply) / time:F0} %";
    }

    /// <summary>
    /// Portable AES is far from anything that its instructions allow, and .NET 10 has none for AVX-512's four blocks at once.
    /// </summary>
    private static bool HasRoof(string limit, string set) => limit != nameof(Work.Blocks) || set == "avx2";

    private double Roof(string limit, string set) => _roofs.GetValueOrDefault((limit, set), double.NaN);

    private static string Digits(double value) =>
        double.IsNaN(value) ? "" : value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);
}
