using System.Security.Cryptography;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;

namespace MPCache.Sessions;

/// <summary>What a process tells the client about its run when it is over.</summary>
public sealed record ProcessReport
{
    /// <summary>Corrections received in set-up and in each step, bytes.</summary>
    public long[] Dealt { get; init; } = [];

    /// <summary>Corrections received in all, bytes, by kind of correlation.</summary>
    public Dictionary<string, long> DealtByKind { get; init; } = [];

    /// <summary>Largest resident memory, MB.</summary>
    public double PeakMemoryMb { get; init; }

    /// <summary>CPU time, seconds.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>What the decoded tokens took of it, and where the process's time went.</summary>
    public DecodeShare Decode { get; init; } = new(0, 0, 0, 0);
}
