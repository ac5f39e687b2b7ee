using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MPCache.Transport;

/// <summary>
/// One direction of a link, as arithmetic: messages leave one after another, each as long as its bits take, and arrive half a round trip
/// later.
/// </summary>
internal sealed class Line(LinkSpeed link)
{
    private readonly double _ticksPerByte = 8 * Stopwatch.Frequency / (link.MegabitsPerSecond * 1e6);
    private readonly long _oneWay = (long)(link.RoundTripMs * Stopwatch.Frequency / 2000);
    private long _free;

    /// <summary>When a message that is handed over now has arrived whole.</summary>
    public long Arrival(long now, long bytes)
    {
        _free = Math.Max(_free, now) + (long)(bytes * _ticksPerByte);
        return _free + _oneWay;
    }
}
