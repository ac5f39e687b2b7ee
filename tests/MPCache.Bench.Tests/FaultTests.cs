using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Bench.Tests;

/// <summary>A few faults of each kind; <c>bench faults</c> runs them for as long as one likes.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData(DataPlane.Tcp, true)]
    [InlineData(DataPlane.NetMq, true)]
    public void WhoIsLeftEndsNamesItAndServesTheNext(DataPlane plane, bool encrypted)
    {
        using var lab = new FaultLab(plane, encrypted);
        foreach ((Role victim, FaultKind kind, double seconds) in ((Role, FaultKind, double)[])[(Role.Client, FaultKind.Kill, 1.6),
            (Role.Dealer, FaultKind.Kill, 1.9), (Role.Server, plane == DataPlane.Tcp ? FaultKind.Stop : FaultKind.Pause, 1.7)])
        {
            var fault = new Fault(victim, kind, TimeSpan.FromSeconds(seconds), Fresh: victim == Role.Dealer);
            Exception? failure = Record.Exception(() => lab.Try(fault));
            Assert.True(failure is null, $"{lab.Name}, {fault}: {failure?.Message}");
        }
    }
}
