using System.Diagnostics;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>What decoding took of one process since it began: a meter that is started after the prompt.</summary>
internal sealed class DecodeMeter(Mpc mpc)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpu = Cpu(), _exchanging = mpc.Exchanging, _drawing = mpc.Correlations.Time;

    public DecodeShare Read() => new(
        Stopwatch.GetElapsedTime(_start).TotalSeconds, (Cpu() - _cpu).TotalSeconds, (mpc.Exchanging - _exchanging).TotalSeconds, (mpc
            .Correlations
            .Time - _drawing).TotalSeconds);

    private static TimeSpan Cpu()
    {
        using Process self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }
}
