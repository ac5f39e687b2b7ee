using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MPCache.Kernels.Bench;
using Perfolizer.Horology;

// All sets run in this one process, one after the other for each kernel, so that their ratios come from the same minutes.
//   dotnet run -c Release --project bench/MPCache.Kernels.Bench -- --table docs/kernels.md
//   MPCACHE_ISA=avx2 dotnet run -c Release --project bench/MPCache.Kernels.Bench -- --filter '*'
int at = Array.IndexOf(args, "--table");
string? table = at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
string[] rest = table is null ? args : [.. args[..at], .. args[(at + 2)..], "--filter", "*"];
foreach (Workload workload in Workload.All)
{
    workload.CheckTwin();
}

// Many short iterations: one of them is undisturbed even where other programs run.
Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithUnrollFactor(1).WithEvaluateOverhead(false)
    .WithGcForce(false).WithWarmupCount(4).WithIterationCount(40).WithIterationTime(TimeInterval.FromMilliseconds(2));
ManualConfig config = ManualConfig.Create(DefaultConfig.Instance).AddJob(job);
IEnumerable<Summary> summaries = BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks), typeof(RoofBenchmarks)]).Run(rest, config);
if (table is not null)
{
    File.WriteAllText(table, new KernelTable(summaries).Write());
}
