using System.Diagnostics;
using System.Net.Sockets;
using MPCache.Protocols;
using NetMQ;
using NetMQ.Sockets;

namespace MPCache.Transport.Tests;

public sealed class NetMqEnduranceTests() : EnduranceTests(DataPlane.NetMq)
{
    [Fact]
    public void AStrangersFloodCostsLittleMemory()
    {
        using ILinkListener listener = Pair.Bind(Pair.Options(Role.Server));
        using var stranger = new DealerSocket();
        stranger.Options.Linger = TimeSpan.Zero;
        stranger.Options.SendHighWatermark = 4;
        stranger.Connect(listener.Address);
        byte[] piece = new byte[Frame.PieceBytes];
        int sent = 0;
        for (var clock = Stopwatch.StartNew(); sent < 2400 && clock.Elapsed.TotalSeconds < 3;)
        {
            sent += stranger.TrySendFrame(TimeSpan.FromMilliseconds(500), piece) ? 1 : 0;
        }

        // What nobody reads is held in the listener's queue (24 MiB), and in both sockets' buffers, which the system may double.
        Assert.InRange(sent, NetMqChannel.MostUnread, NetMqChannel.MostUnread + 64 + 16);
    }
}

public sealed class TcpEnduranceTests() : EnduranceTests(DataPlane.Tcp);

/// <summary>Nothing is left behind by a session, and nobody is waited for without end.</summary>
[Collection("alone")] // descriptors are the process's
public abstract class EnduranceTests(DataPlane plane)
{
    private protected Pair Pair { get; } = new(plane, encrypted: true);

    [Fact]
    public async Task SessionsLeaveNoDescriptors()
    {
        using var stop = new CancellationTokenSource();
        using ILinkListener listener = Pair.Bind(Pair.Options(Role.Server, cancel: stop.Token));
        Task serving = Pair.Start(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using ILink client = listener.Accept(Role.Client);
                    client.Send(FrameKind.Control, client.Receive(FrameKind.Control, 10));
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        });
        int first = 0;
        for (int i = 0; i < 300; i++)
        {
            using ILink link = Pair.Connect(listener.Address, Pair.Options(Role.Client));
            link.Send(FrameKind.Control, [1]);
            link.Receive(FrameKind.Control, 10);
            first = i == 20 ? Descriptors() : first;
        }

        Assert.InRange(Descriptors(), 0, first + 20);
        stop.Cancel();
        await serving.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task APeerThatDiesAfterItsHelloIsNotWaitedForWithoutEnd()
    {
        using ILinkListener listener = Pair.Bind(Pair.Options(Role.Server) with { ConnectTimeout = TimeSpan.FromSeconds(4) });
        ChannelOptions impatient = Pair.Options(Role.Client) with { ConnectTimeout = TimeSpan.FromSeconds(1) };
        Assert.Throws<ChannelException>(() => Pair.Connect(listener.Address, impatient).Dispose());
        Task waiting = Pair.Start(() =>
        {
            Thread.Sleep(500);
            ChannelException e = Assert.Throws<ChannelException>(() =>
            {
                using ILink dead = listener.AcceptWithin(Role.Client, new Companion("session", key: null,
                    partner: Pair.Keys[Role.Client].Fingerprint)); // NetMQ may notice only now that it has gone
                dead.Receive(FrameKind.Control, 10);
            });
            Assert.Matches("did not come|has gone", e.Message);
        });
        await waiting.WaitAsync(TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task ThousandsOfConnectionsAndSlowSendersKeepNobodyOut()
    {
        using var stop = new CancellationTokenSource();
        using ILinkListener listener = Pair.Bind(Pair.Options(Role.Server, cancel: stop.Token));
        Task serving = Pair.Start(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                using ILink client = listener.Accept(Role.Client);
                client.Send(FrameKind.Control, client.Receive(FrameKind.Control, 10));
            }
        });
        int port = new Uri(listener.Address).Port;
        var strangers = new List<TcpClient>();
        byte[] slow = [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]; // a ClientHello, as slowly as one likes
        for (int session = 0; session < 3; session++)
        {
            for (int i = 0; i < 700; i++)
            {
                var stranger = new TcpClient("127.0.0.1", port);
                strangers.Add(stranger);
                Whisper(stranger, slow, 1);
            }

            strangers.ForEach(s => Whisper(s, slow, 2));
            using ILink known = Pair.Connect(listener.Address, Pair.Options(Role.Client));
            strangers.ForEach(s => Whisper(s, slow, 3));
            known.Send(FrameKind.Control, [1]);
            Assert.Equal([1], known.Receive(FrameKind.Control, 10));
        }

        await serving.WaitAsync(TimeSpan.FromSeconds(20));
        strangers.ForEach(s => s.Dispose());
    }

    private static void Whisper(TcpClient stranger, byte[] words, int at)
    {
        try
        {
            stranger.GetStream().Write(words.AsSpan(at, 1));
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It has been sent away.
        }
    }

    [Fact]
    public void WhoOnlyShowsSignsOfLifeIsNotWaitedForLong() => Pair.Run(
        server => Assert.Contains("sent no Control within 1 s", Assert.Throws<ChannelException>(() => server.Receive(FrameKind.Control,
            10)).Message),
        client => Assert.Throws<ChannelException>(() => client.Receive(FrameKind.Control, 10)),
        serverOptions: Pair.Options(Role.Server, deadline: Pair.Encrypted ? 1 : 300) with { FirstWord = TimeSpan.FromSeconds(1) });

    [Fact]
    public async Task WhoWaitsForAThirdNoticesThatTheFirstHasGone()
    {
        ChannelOptions patient = Pair.Options(Role.Server) with { ConnectTimeout = TimeSpan.FromSeconds(30) };
        using ILinkListener listener = Pair.Bind(patient);
        foreach (bool goodbye in new[] { true, false })
        {
            Task waiting = Pair.Start(() =>
            {
                using ILink first = listener.Accept(Role.Client);
                var clock = Stopwatch.StartNew();
                ChannelException e = Assert.Throws<ChannelException>(() => listener.AcceptWithin(Role.Server, first).Dispose());
                Assert.Contains("client at", e.Message);
                Assert.Contains(goodbye ? "changed its mind" : "has finished", e.Message);
                Assert.InRange(clock.Elapsed.TotalSeconds, 0, 8);
                ILink second = listener.Accept(Role.Client);
                clock.Restart();
                using (second)
                {
                    using var silent = new TcpListener(System.Net.IPAddress.Loopback, 0);
                    silent.Start();
                    ChannelOptions watching = patient with { WhileConnecting = second.Watch };
                    e = Assert.Throws<ChannelException>(() => Pair.Connect($"tcp://{silent.LocalEndpoint}", watching).Dispose());
                    Assert.Contains("client at", e.Message);
                    Assert.InRange(clock.Elapsed.TotalSeconds, 0, 8);
                }
            });
            for (int i = 0; i < 2; i++)
            {
                ILink leaving = Pair.Connect(listener.Address, Pair.Options(Role.Client));
                Thread.Sleep(300);
                leaving.Close(goodbye ? "changed its mind" : "");
            }

            await waiting.WaitAsync(TimeSpan.FromSeconds(40));
        }
    }

    [Fact]
    public void ABusyLinkIsCancelledToo()
    {
        using var cancel = new CancellationTokenSource();
        Pair.Run(
            server =>
            {
                ChannelException e = Assert.Throws<ChannelException>(() =>
                {
                    for (bool more = true; more;)
                    {
                        server.Send(FrameKind.Round, server.Receive(FrameKind.Round, 10));
                    }
                });
                Assert.Contains("the client was interrupted", e.Message);
            },
            client =>
            {
                cancel.CancelAfter(300);
                var clock = Stopwatch.StartNew();
                Assert.Throws<OperationCanceledException>(() =>
                {
                    while (clock.Elapsed.TotalSeconds < 5)
                    {
                        client.Send(FrameKind.Round, [1]);
                        client.Receive(FrameKind.Round, 10);
                    }
                });
                client.Close("the client was interrupted");
            },
            clientOptions: Pair.Options(Role.Client, cancel: cancel.Token));
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}

[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;
