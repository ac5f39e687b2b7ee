using System.Diagnostics;
using MPCache.Protocols;

namespace MPCache.Transport.Tests;

public class PlaneTests
{
    [Theory]
    [InlineData(DataPlane.NetMq)]
    [InlineData(DataPlane.Tcp)]
    public async Task TwoPlanesAreToldApart(DataPlane listening)
    {
        using var stop = new CancellationTokenSource();
        var address = new TaskCompletionSource<string>();
        Task serving = Pair.Start(() =>
        {
            using ILinkListener listener = new Pair(listening).Bind(Pair.Options(Role.Server, cancel: stop.Token));
            address.SetResult(listener.Address);
            Assert.Throws<OperationCanceledException>(() => listener.Accept(Role.Client));
        });
        var other = new Pair(listening == DataPlane.Tcp ? DataPlane.NetMq : DataPlane.Tcp);
        string at = await address.Task;
        var clock = Stopwatch.StartNew();
        string message = Assert.Throws<ChannelException>(() => other.Connect(at, Pair.Options(Role.Client)).Dispose()).Message;
        Assert.Contains("same --transport", message);
        Assert.Contains(listening == DataPlane.Tcp ? "another transport than netmq" : "speaks NetMQ", message);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
        stop.Cancel();
        await serving;
    }
}
