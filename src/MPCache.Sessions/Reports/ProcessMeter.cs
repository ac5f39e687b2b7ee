using System.Diagnostics;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>What a process has used.</summary>
public static class ProcessMeter
{
    /// <summary>Peak memory and CPU time so far.</summary>
    public static ProcessReport Report(long[] dealt)
    {
        using Process self = Process.GetCurrentProcess();
        return new ProcessReport
        {
            Dealt = dealt,
            PeakMemoryMb = self.PeakWorkingSet64 / 1e6,
            CpuSeconds = self.TotalProcessorTime.TotalSeconds,
        };
    }
}
