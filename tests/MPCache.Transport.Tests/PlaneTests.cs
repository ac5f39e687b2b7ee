using System.Diagnostics;
using MPCache.Protocols;

namespace MPCache.Transport.Tests;

public class PlaneTests
{
    [Theory]
    [InlineData(DataPlane.NetMq, true)]
    [InlineData(DataPlane.Tcp, true)]
    [InlineData(DataPlane.NetMq, false)]
    [InlineData(DataPlane.Tcp, false)]
    public async Task TwoPlanesAreToldApart(DataPlane listening, bool encrypted)
    {
        using var stop = new CancellationTokenSource();
        var address = new TaskCompletionSource<string>();
        Task serving = Pair.Start(() =>
        {
            using ILinkListener listener = new Pair(listening, encrypted).Bind(Pair.Options(Role.Server, cancel: stop.Token));
            address.SetResult(listener.Address);
            Assert.Throws<OperationCanceledException>(() => listener.Accept(Role.Client));
        });
        var other = new Pair(listening == DataPlane.Tcp ? DataPlane.NetMq : DataPlane.Tcp, encrypted);
        string at = await address.Task;
        var clock = Stopwatch.StartNew();
        string message = Assert.Throws<ChannelException>(() => other.Connect(at, Pair.Options(Role.Client)).Dispose()).Message;
        Assert.Contains("same --transport", message);
        Assert.Contains(listening == DataPlane.Tcp ? "another transport than netmq" : "speaks NetMQ", message);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
        stop.Cancel();
        await serving;
    }

    [Theory]
    [InlineData("tcp://192.168.1.5:5700", "leave --insecure-transport out")]
    [InlineData("192.168.1.5", "tcp://HOST:PORT")]
    [InlineData("http://127.0.0.1:80", "tcp://HOST:PORT")]
    public void AddressesAreCheckedWhereNothingIsEncrypted(string address, string cure)
    {
        foreach (DataPlane plane in Enum.GetValues<DataPlane>())
        {
            Assert.Contains(cure, Assert.Throws<ArgumentException>(() => new Pair(plane).Bind(Pair.Options(Role.Server),
                address)).Message, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(cure, Assert.Throws<ArgumentException>(() => new Pair(plane).Connect(address,
                Pair.Options(Role.Client))).Message, StringComparison.OrdinalIgnoreCase);
        }
    }
}
