using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MPCache.Transport;

/// <summary>The machine's monotonic clock, which all its processes read alike, in <see cref="Stopwatch"/> ticks.</summary>
internal partial class LinkClock
{
    /// <summary>The kernel wakes a sleeper up to 0.06 ms late: so much is waited for by yielding.</summary>
    private static readonly long Slack = Stopwatch.Frequency / 12_500;

    public virtual long Now => Stopwatch.GetTimestamp();

    /// <summary>Waits until a time, without a core where the system can sleep for less than a millisecond.</summary>
    public virtual void Until(long due, CancellationToken cancel)
    {
        for (long left = due - Now; left > 0; left = due - Now)
        {
            cancel.ThrowIfCancellationRequested();
            if (left < Slack)
            {
                Thread.Yield();
                continue;
            }

            long microseconds = Math.Min(left - (Slack / 2), Stopwatch.Frequency / 10) * 1_000_000 / Stopwatch.Frequency;
            if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
            {
                _ = Sleep((uint)microseconds);
            }
            else
            {
                Thread.Sleep((int)(microseconds / 1000));
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);
}
