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
        using var lab = new FaultLab(plane, encrypted, tokens: 60);
        (Role, FaultKind, double)[] faults = plane == DataPlane.Tcp
            ? [(Role.Client, FaultKind.Kill, 1.6), (Role.Server, FaultKind.Stop, 1.7)]
            : [(Role.Dealer, FaultKind.Kill, 1.9), (Role.Server, FaultKind.Pause, 1.7)];
        foreach ((Role victim, FaultKind kind, double seconds) in faults)
        {
            var fault = new Fault(victim, kind, TimeSpan.FromSeconds(seconds), Fresh: victim == Role.Dealer);
            Exception? failure = Record.Exception(() => lab.Try(fault));
            Assert.True(failure is null, $"{lab.Name}, {fault}: {failure?.Message}");
        }
    }
}
