using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using MPCache.Kernels.Bench;

// Each instruction set that this machine has is a job of its own, since a process chooses its kernels once, at start-up; the managed twins are the baseline.
//   dotnet run -c Release --project bench/MPCache.Kernels.Bench -- --filter '*' --table docs/kernels.md
int at = Array.IndexOf(args, "--table");
string? table = at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
string[] rest = table is null ? args : [.. args[..at], .. args[(at + 2)..]];

ManualConfig config = ManualConfig.Create(DefaultConfig.Instance).HideColumns(Column.Error, Column.StdDev, Column.EnvironmentVariables);
ManualConfig once = ManualConfig.Create(DefaultConfig.Instance).HideColumns(Column.Error, Column.StdDev).AddJob(Job.ShortRun.WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(30)).WithWarmupCount(1).WithId("naive"));
foreach (string set in Sets.All.Where(Sets.Available))
{
    Job job = Job.ShortRun.WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(30)).WithWarmupCount(1).WithId(set).WithEnvironmentVariable("MPCACHE_ISA", set);
    config.AddJob(set == "managed" ? job.AsBaseline() : job);
}

List<Summary> summaries = [.. BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks)]).Run(rest, config), .. BenchmarkSwitcher.FromTypes([typeof(NaiveLoops)]).Run(rest, once)];
if (table is not null)
{
    File.WriteAllText(table, RatioTable.Write(summaries));
}
