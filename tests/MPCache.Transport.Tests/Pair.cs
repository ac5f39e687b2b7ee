using MPCache.Protocols;

namespace MPCache.Transport.Tests;

/// <summary>A listening end and a connecting end, each used by one thread only.</summary>
internal static class Pair
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
    public static void Run(Action<NetMqChannel> server, Action<NetMqChannel> client, ChannelOptions? serverOptions = null, ChannelOptions? clientOptions = null, Func<string, string>? through = null)
    {
        var address = new TaskCompletionSource<string>();
        Task serving = Start(() =>
        {
            using NetMqListener listener = NetMqListener.Bind("tcp://127.0.0.1:0", serverOptions ?? Options(Role.Server));
            address.SetResult(listener.Address);
            using NetMqChannel channel = listener.Accept(Role.Client);
            server(channel);
        });
        Task connecting = Start(() =>
        {
            string to = address.Task.Result;
            using NetMqChannel channel = NetMqChannel.Connect(through?.Invoke(to) ?? to, Role.Server, "session", clientOptions ?? Options(Role.Client));
            client(channel);
        });
        Assert.True(Task.WhenAll(serving, connecting).ContinueWith(_ => true).Wait(TimeSpan.FromSeconds(60)), "an end hangs");
        Task.WhenAll(serving, connecting).GetAwaiter().GetResult();
    }

    public static Task Start(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public static byte[] Bytes(int n, int seed)
    {
        byte[] bytes = new byte[n];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
