using MPCache.Protocols;

namespace MPCache.Transport.Tests;

/// <summary>A listening end and a connecting end, each used by one thread only.</summary>
public sealed class Pair(DataPlane plane, bool encrypted = false)
{
    /// <summary>Keys of three roles that trust each other.</summary>
    public static readonly IReadOnlyDictionary<Role, Keyring> Keys = Keyring.Together(Role.Client, Role.Server, Role.Dealer);

    public bool Encrypted => encrypted;

    public static ChannelOptions Options(Role self, double silence = 3, double deadline = 10, CancellationToken cancel = default) => new()
    {
        Self = self,
        Silence = TimeSpan.FromSeconds(silence),
        Deadline = TimeSpan.FromSeconds(deadline),
        ConnectTimeout = TimeSpan.FromSeconds(30), // machines under load start slowly
        Cancel = cancel,
    };

    /// <summary>Runs both ends to their own end; rethrows what the ends throw.</summary>
    public void Run(Action<ILink> server, Action<ILink> client, ChannelOptions? serverOptions = null,
        ChannelOptions? clientOptions = null, Func<string, string>? through = null)
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
        Task both = Task.WhenAll(serving, connecting);
        Task.WhenAny(both, connecting.ContinueWith(t => t.IsFaulted ? Task.Delay(15_000) : both).Unwrap()).Wait(TimeSpan.FromSeconds(90));
        (both.IsCompleted ? both : connecting.IsFaulted ? connecting : Task.FromException(new TimeoutException("an end hangs")))
            .GetAwaiter()
            .GetResult();
    }

    public ILinkListener Bind(ChannelOptions options, string address = "tcp://127.0.0.1:0") => Planes.Bind(address, Complete(options));

    public ILink Connect(string address, ChannelOptions options) => Planes.Connect(address, Role.Server, "session", Complete(options));

    /// <summary>The options with the plane, and with keys where links are encrypted and none are named.</summary>
    public ChannelOptions Complete(ChannelOptions options) => options with
    {
        Plane = plane,
        Keys = options.Keys ?? (encrypted ? Keys[options.Self] : null)
    };

    public static Task Start(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    public static byte[] Bytes(int n, int seed)
    {
        byte[] bytes = new byte[n];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
