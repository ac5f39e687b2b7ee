using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using MPCache.Protocols;
using NetMQ;
using NetMQ.Sockets;

namespace MPCache.Transport.Tests;

public sealed class NetMqFailureTests() : FailureTests(DataPlane.NetMq, encrypted: true);

public sealed class PlainNetMqFailureTests() : FailureTests(DataPlane.NetMq, encrypted: false);

public sealed class TcpFailureTests() : FailureTests(DataPlane.Tcp, encrypted: true);

public sealed class PlainTcpFailureTests() : FailureTests(DataPlane.Tcp, encrypted: false);

/// <summary>What every plane must notice, and say.</summary>
public abstract class FailureTests(DataPlane plane, bool encrypted)
{
    private Pair Pair { get; } = new(plane, encrypted);

    [Fact]
    public void AGoodbyeTellsItsReason()
    {
        Pair.Run(
            server => server.Close("the disk is full"),
            client => Assert.Contains("the disk is full", Assert.Throws<ChannelException>(() => client.Receive(FrameKind.Round,
                new byte[1])).Message));
        Pair.Run(
            server => server.Close(null),
            client => Assert.True(Assert.Throws<ChannelException>(() => client.Receive(FrameKind.Round, new byte[1])).PeerFinished));
        Pair.Run(
            server => Assert.Contains("bad prompt", Assert.Throws<ChannelException>(() => server.Receive(FrameKind.Round,
                new byte[1])).Message),
            client => client.Close("bad prompt"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("the disk is full")]
    public void ASenderLearnsWhyThePeerLeft(string? reason) => Pair.Run(
        server =>
        {
            for (int i = 0; i < 3; i++)
            {
                server.Receive(FrameKind.Corrections, new byte[1 << 20]);
            }

            server.Close(reason);
        },
        client =>
        {
            var clock = Stopwatch.StartNew();
            ChannelException e = Assert.Throws<ChannelException>(() =>
            {
                for (int i = 0; i < 10_000; i++)
                {
                    client.Send(FrameKind.Corrections, new byte[1 << 20]);
                }
            });
            Assert.Equal(reason is null, e.PeerFinished);
            Assert.Contains(reason ?? "has finished", e.Message);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 8);
        });

    [Fact]
    public void AnInterruptedSenderStillSaysWhy()
    {
        using var cancel = new CancellationTokenSource();
        using var stopped = new ManualResetEventSlim();
        Pair.Run(
            server =>
            {
                cancel.CancelAfter(500);
                Assert.Throws<OperationCanceledException>(() => server.Send(FrameKind.MaskedWeights, new byte[100 << 20]));
                stopped.Set();
                server.Close("the server was interrupted");
            },
            client =>
            {
                stopped.Wait(); // the windows are full, and the server has been stopped in the middle of a message
                Assert.Contains("the server was interrupted",
                    Assert.Throws<ChannelException>(() => client.Receive(FrameKind.MaskedWeights, new byte[100 << 20])).Message);
            },
            serverOptions: Pair.Options(Role.Server, cancel: cancel.Token));
    }

    [Fact]
    public void ADeadlineEndsAWait() => Pair.Run(
        server => Assert.Contains("within 1 s", Assert.Throws<ChannelException>(() => server.Receive(FrameKind.Round,
            new byte[1])).Message),
        client => Assert.Throws<ChannelException>(() => client.Receive(FrameKind.Round, new byte[1])),
        serverOptions: Pair.Options(Role.Server, deadline: 1));

    [Fact]
    public void CancellingEndsAWaitAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        Pair.Run(
            server =>
            {
                cancel.CancelAfter(300);
                var clock = Stopwatch.StartNew();
                Assert.Throws<OperationCanceledException>(() => server.Receive(FrameKind.Round, new byte[1]));
                Assert.InRange(clock.Elapsed.TotalSeconds, 0, 2);
            },
            client => Assert.Throws<ChannelException>(() => client.Receive(FrameKind.Round, new byte[1])),
            serverOptions: Pair.Options(Role.Server, cancel: cancel.Token));
    }

    [Fact]
    public async Task NobodyThereAndTheWrongOneThereAreToldApart()
    {
        ChannelOptions options = Pair.Options(Role.Client) with { ConnectTimeout = TimeSpan.FromSeconds(1) };
        ChannelException e = Assert.Throws<ChannelException>(() => Pair.Connect("tcp://127.0.0.1:9", options).Dispose());
        Assert.Contains("Is it running", e.Message);

        var address = new TaskCompletionSource<string>();
        using var stop = new CancellationTokenSource();
        Task dealing = Pair.Start(() =>
        {
            using ILinkListener listener = Pair.Bind(Pair.Options(Role.Dealer, cancel: stop.Token));
            address.SetResult(listener.Address);
            try
            {
                using ILink channel = listener.Accept(Role.Client);
            }
            catch (OperationCanceledException)
            {
                // Where links are encrypted the client leaves before it has said who it is.
            }
        });
        string at = await address.Task;
        Assert.Contains(Pair.Encrypted ? "shows the key" : "is a dealer", Assert.Throws<ChannelException>(() => Pair.Connect(at,
            Pair.Options(Role.Client)).Dispose()).Message);
        stop.Cancel();
        await dealing.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void ATakenPortIsNamed()
    {
        using ILinkListener first = Pair.Bind(Pair.Options(Role.Server));
        Assert.Contains(first.Address, Assert.Throws<IOException>(() => Pair.Bind(Pair.Options(Role.Server), first.Address)).Message);
    }

    [Fact]
    public void StrangersDoNotDisturbASession() => Pair.Run(
        server =>
        {
            byte[] got = new byte[1000];
            for (int i = 0; i < 50; i++)
            {
                server.Receive(FrameKind.Round, got);
                server.Send(FrameKind.Round, got);
            }
        },
        client =>
        {
            byte[] data = Pair.Bytes(1000, 9);
            for (int i = 0; i < 50; i++)
            {
                if (i % 10 == 0)
                {
                    Disturb(new Uri(client.Peer[client.Peer.IndexOf("tcp", StringComparison.Ordinal)..]), i);
                }

                client.Send(FrameKind.Round, data);
                byte[] got = new byte[1000];
                client.Receive(FrameKind.Round, got);
                Assert.True(got.AsSpan().SequenceEqual(data));
            }
        });

    private static void Disturb(Uri address, int kind)
    {
        if (kind % 20 == 0)
        {
            using var stranger = new TcpClient(address.Host, address.Port);
            stranger.GetStream().Write(kind == 0 ? Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n") : Pair.Bytes(5000, kind));
        }
        else
        {
            using var stranger = new DealerSocket();
            stranger.Options.Linger = TimeSpan.FromMilliseconds(100);
            stranger.Connect(address.ToString().TrimEnd('/'));
            stranger.SendFrame(Pair.Bytes(40, kind));
            stranger.SendMoreFrame("a").SendMoreFrame("b").SendFrame("c");
        }
    }

    [Fact]
    public void AStoppedOrKilledPeerIsNoticed()
    {
        // A relay stands between the two ends; stopping or killing it is what a stopped or killed peer looks like from both.
        foreach (string signal in new[] { "STOP", "KILL" })
        {
            Process relay = PerlRelay(out int relayPort, out Action<int> target);
            using (relay)
            {
                Pair.Run(
                    server =>
                    {
                        server.Receive(FrameKind.Round, new byte[1]);
                        var clock = Stopwatch.StartNew();
                        Assert.Throws<ChannelException>(() => server.Receive(FrameKind.Round, new byte[1]));
                        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 9);
                    },
                    client =>
                    {
                        client.Send(FrameKind.Round, new byte[1]);
                        Thread.Sleep(300);
                        using (Process kill = Process.Start("kill", $"-{signal} {relay.Id}"))
                        {
                            kill.WaitForExit();
                        }

                        var clock = Stopwatch.StartNew();
                        Assert.Contains("has gone", Assert.Throws<ChannelException>(() => client.Receive(FrameKind.Round,
                            new byte[1])).Message);
                        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 9);
                    },
                    serverOptions: Pair.Options(Role.Server, silence: 2, deadline: 20),
                    clientOptions: Pair.Options(Role.Client, silence: 2, deadline: 20),
                    through: address =>
                    {
                        target(new Uri(address).Port);
                        return $"tcp://127.0.0.1:{relayPort}";
                    });
                using Process end = Process.Start("kill", $"-KILL {relay.Id}");
                end.WaitForExit();
            }
        }
    }

    [Fact]
    public void APeerThatStopsTakingIsNoticedByASender()
    {
        Process relay = PerlRelay(out int relayPort, out Action<int> target);
        using (relay)
        {
            Pair.Run(
                server =>
                {
                    var clock = Stopwatch.StartNew();
                    Assert.Throws<ChannelException>(() =>
                    {
                        for (int i = 0; i < 10_000; i++)
                        {
                            server.Send(FrameKind.Corrections, new byte[100_000]);
                        }
                    });
                    Assert.InRange(clock.Elapsed.TotalSeconds, 0, 12);
                },
                client =>
                {
                    client.Receive(FrameKind.Corrections, new byte[100_000]);
                    using Process stop = Process.Start("kill", $"-STOP {relay.Id}");
                    stop.WaitForExit();
                    Thread.Sleep(6000);
                },
                serverOptions: Pair.Options(Role.Server, silence: 2, deadline: 60),
                clientOptions: Pair.Options(Role.Client, silence: 2, deadline: 60),
                through: address =>
                {
                    target(new Uri(address).Port);
                    return $"tcp://127.0.0.1:{relayPort}";
                });
            using Process end = Process.Start("kill", $"-KILL {relay.Id}");
            end.WaitForExit();
        }
    }

    [Fact]
    public void AComputingPeerWithMuchToReadIsNotTakenForGone() => Pair.Run(
        server =>
        {
            for (int i = 0; i < 400; i++)
            {
                server.Send(FrameKind.Corrections, new byte[250_000]);
            }

            server.Receive(FrameKind.Control, 10);
        },
        client =>
        {
            Thread.Sleep(5000); // longer than the silence, with the window full
            for (int i = 0; i < 400; i++)
            {
                client.Receive(FrameKind.Corrections, new byte[250_000]);
            }

            client.Send(FrameKind.Control, []);
        },
        serverOptions: Pair.Options(Role.Server, silence: 2, deadline: 30),
        clientOptions: Pair.Options(Role.Client, silence: 2, deadline: 30));

    private static Process PerlRelay(out int port, out Action<int> target)
    {
        using (var probe = new TcpListener(System.Net.IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
        }

        const string script = """
            use IO::Socket::INET; use IO::Select;
            my ($near, $far) = @ARGV; $| = 1;
            my $l = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $near, Listen => 1, ReuseAddr => 1) or die;
            my $far_port = <STDIN>; my $a = $l->accept; my $b = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                PeerPort => $far_port) or die;
            my $s = IO::Select->new($a, $b);
            while (1) { for my $r ($s->can_read) { my $n = sysread($r, my $buf, 65536); exit unless $n; syswrite($r == $a ? $b : $a,
                $buf); } }
            """;
        var start = new ProcessStartInfo("perl") { RedirectStandardInput = true };
        start.ArgumentList.Add("-e");
        start.ArgumentList.Add(script);
        start.ArgumentList.Add(port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Process process = Process.Start(start)!;
        target = far =>
        {
            process.StandardInput.WriteLine(far);
            process.StandardInput.Flush();
            Thread.Sleep(200);
        };
        return process;
    }
}
