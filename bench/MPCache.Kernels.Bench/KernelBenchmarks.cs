using BenchmarkDotNet.Attributes;
using MPCache.Kernels.Tests;

namespace MPCache.Kernels.Bench;

/// <summary>Every workload on every set of kernels that this machine has, and naively.</summary>
public class KernelBenchmarks
{
    /// <summary>The name under which naive twins are listed beside the sets.</summary>
    public const string Naive = "naive";

    private Action _run = null!;

    /// <summary>Name of the workload.</summary>
    [ParamsSource(nameof(Names))]
    public string Kernel { get; set; } = "";

    /// <summary>Elements; for products, outputs.</summary>
    [Params(1 << 10, 1 << 13)]
    public int Elements { get; set; }

    /// <summary>What runs it.</summary>
    [ParamsSource(nameof(Sets))]
    public string Set { get; set; } = "";

    /// <summary>All workloads.</summary>
    public static IEnumerable<string> Names => Workload.All.Select(workload => workload.Name);

    /// <summary>What can run them: where <c>MPCACHE_ISA</c> names a set, those above it are left out, as if they were missing.</summary>
    public static IEnumerable<string> Sets => [Naive, .. Available()];

    [GlobalSetup]
    public void Prepare()
    {
        Workload workload = Workload.All.Single(workload => workload.Name == Kernel);
        KernelCall call = workload.Create(new Data(1), Elements);
        KernelSelection.Use(Set == Naive ? InstructionSets.Managed : Set);
        _run = Set == Naive ? () => workload.Naive(call) : call.Run;
    }

    [Benchmark]
    public void Run() => _run();

    /// <summary>The sets of kernels from the slowest to the fastest.</summary>
    internal static IEnumerable<string> Available()
    {
        string? most = Environment.GetEnvironmentVariable(InstructionSets.Variable);
        IReadOnlyList<string> all = KernelSelection.Available();
        return string.IsNullOrWhiteSpace(most) ? all : all.TakeWhile(set => set != most).Append(most);
    }
}
