using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using MPCache.Kernels.Bench;

// Each instruction set that this machine has is a job of its own, since a process chooses its kernels once, at start-up; the managed twins are the baseline.
//   dotnet run -c Release --project bench/MPCache.Kernels.Bench -- --filter '*'
ManualConfig config = ManualConfig.Create(DefaultConfig.Instance).HideColumns(Column.Error, Column.StdDev, Column.EnvironmentVariables);
foreach (string set in new[] { "managed", "scalar", "avx2", "avx512" }.Where(Sets.Available))
{
    Job job = Job.ShortRun.WithId(set).WithEnvironmentVariable("MPCACHE_ISA", set);
    config.AddJob(set == "managed" ? job.AsBaseline() : job);
}

BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks), typeof(PlainLoops)]).Run(args, config);
