using MPCache.Protocols;

namespace MPCache.Transport.Tests;

/// <summary>A listening end and a connecting end, each used by one thread only.</summary>
public sealed class Pair(DataPlane plane)
{
    public static ChannelOptions Options(Role self, double silence = 3, double deadline = 10, CancellationToken cancel = default) => new()
    {
        Self = self,
        Silence = TimeSpan.FromSeconds(silence),
        Deadline = TimeSpan.FromSeconds(deadline),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        Cancel = cancel,
    };

    /// <summary>Runs both ends to their own end; rethrows what the ends throw.</summary>
    public void Run(Action<ILink> server, Action<ILink> client, ChannelOptions? serverOptions = null, ChannelOptions? clientOptions = null, Func<string, string>? through = null)
    {
        var address = new TaskCompletionSource<string>();
        Task serving = Start(() =>
        {
            using ILinkListener listener = Bind(serverOptions ?? Options(Role.Server));
            address.SetResult(listener.Address);
            using ILink channel = listener.Accept(Role.Client);
            server(channel);
        });
        Task connecting = Start(() =>
        {
            string to = address.Task.Result;
            using ILink channel = Connect(through?.Invoke(to) ?? to, clientOptions ?? Options(Role.Client));
            client(channel);
        });
        Assert.True(Task.WhenAll(serving, connecting).ContinueWith(_ => true).Wait(TimeSpan.FromSeconds(60)), "an end hangs");
        Task.WhenAll(serving, connecting).GetAwaiter().GetResult();
    }

    public ILinkListener Bind(ChannelOptions options, string address = "tcp://127.0.0.1:0") => Planes.Bind(address, options with { Plane = plane });

    public ILink Connect(string address, ChannelOptions options) => Planes.Connect(address, Role.Server, "session", options with { Plane = plane });

    public static Task Start(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public static byte[] Bytes(int n, int seed)
    {
        byte[] bytes = new byte[n];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
