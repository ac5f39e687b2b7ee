using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MPCache.Protocols;

namespace MPCache.Transport.Tests;

public sealed class NetMqSecrecyTests() : SecrecyTests(DataPlane.NetMq);

public sealed class TcpSecrecyTests() : SecrecyTests(DataPlane.Tcp);

/// <summary>Who stands on the way, or comes uninvited, gets nothing and changes nothing.</summary>
public abstract class SecrecyTests(DataPlane plane)
{
    private static readonly Keyring Client = Pair.Keys[Role.Client], Server = Pair.Keys[Role.Server];

    private readonly Pair _pair = new(plane, encrypted: true), _plain = new(plane);

    [Fact]
    public void BothEndsKnowWhoseKeyThePeerHolds() => _pair.Run(
        server =>
        {
            Assert.Equal(Client.Fingerprint, server.PeerKey);
            Assert.Equal("SHA256:third", server.Partner);
        },
        client => Assert.Equal(Server.Fingerprint, client.PeerKey),
        clientOptions: Pair.Options(Role.Client) with { Partner = "SHA256:third" });

    [Fact]
    public void NothingThatIsSentCanBeReadOnTheWay()
    {
        var seen = new MemoryStream();
        using var relay = new CountingRelay((bytes, _) =>
        {
            seen.Write(bytes);
            return bytes;
        });
        byte[] secret = Encoding.ASCII.GetBytes("the prompt of the client");
        _pair.Run(
            server => Assert.Equal(secret, server.Receive(FrameKind.Control, 100)),
            client => client.Send(FrameKind.Control, secret),
            through: relay.To);
        string all = Encoding.Latin1.GetString(seen.ToArray());
        Assert.True(all.Length > 500);
        Assert.DoesNotContain("prompt", all);
        Assert.DoesNotContain("session", all); // the hello is hidden too
    }

    [Fact]
    public async Task AStrangersKeyIsRefusedWithBothFingerprintsAndTheCure()
    {
        var notices = new List<string>();
        using Keyring stranger = Keyring.Create(Role.Client);
        Keyring believing = stranger.With(new TrustedPeer(Role.Server, Server.Fingerprint));
        await WhileListening(Pair.Options(Role.Server) with { Notice = notices.Add }, at =>
        {
            string message = Fails(at, Pair.Options(Role.Client) with { Keys = believing });
            Assert.Contains(Server.Fingerprint, message);
            Assert.Contains($"mpcache keys trust server client {stranger.Fingerprint}", message);
            Assert.Contains(stranger.Fingerprint, Assert.Single(notices));
            _pair.Connect(at, Pair.Options(Role.Client)).Dispose(); // who is known is let in
        });
    }

    [Fact]
    public async Task AKeyIsTrustedForOneRoleOnly()
    {
        await WhileListening(Pair.Options(Role.Server), at =>
        {
            // The dealer's key is known to the server, but not as a client's.
            Keyring dealer = Pair.Keys[Role.Dealer];
            Assert.Contains($"mpcache keys trust server client {dealer.Fingerprint}", Fails(at,
                Pair.Options(Role.Client) with { Keys = dealer }));
            _pair.Connect(at, Pair.Options(Role.Client)).Dispose();
        });
    }

    [Fact]
    public async Task WhoStandsBetweenWithAKeyOfItsOwnIsFoundOut()
    {
        using Keyring between = Keyring.Create(Role.Server);
        Keyring credulous = between.With(new TrustedPeer(Role.Client, Client.Fingerprint));
        await WhileListening(Pair.Options(Role.Server) with { Keys = credulous }, at =>
        {
            string message = Fails(at, Pair.Options(Role.Client));
            Assert.Contains(between.Fingerprint, message);
            Assert.Contains(Client.Fingerprint, message);
            Assert.Contains(Server.Fingerprint, message);
            Assert.Contains($"mpcache keys trust client server {between.Fingerprint}", message);
        }, heard: false);
    }

    [Fact]
    public async Task WhatWasRecordedIsWorthNothing()
    {
        var recorded = new MemoryStream();
        using var relay = new CountingRelay((bytes, _) =>
        {
            recorded.Write(bytes);
            return bytes;
        });
        await WhileListening(Pair.Options(Role.Server), at =>
        {
            using (ILink link = _pair.Connect(relay.To(at), Pair.Options(Role.Client)))
            {
                link.Send(FrameKind.Control, [1, 2, 3]);
            }

            using var replay = new TcpClient("127.0.0.1", new Uri(at).Port);
            replay.GetStream().Write(recorded.ToArray());
            Thread.Sleep(500);
            using ILink next = _pair.Connect(at, Pair.Options(Role.Client));
        }, sessions: 2);
    }

    [Theory]
    [InlineData(250)]
    [InlineData(900)]
    [InlineData(500_000)]
    public void AChangedByteEndsTheLink(long where)
    {
        using var relay = new CountingRelay((bytes, at) =>
        {
            if (where >= at && where < at + bytes.Length)
            {
                bytes[where - at] ^= 1;
            }

            return bytes;
        });
        byte[] data = Pair.Bytes(1 << 20, 3);
        Exception? heard = null;
        bool arrived = false;
        Exception? error = Record.Exception(() => _pair.Run(
            server =>
            {
                heard = Record.Exception(() => server.Receive(FrameKind.Round, new byte[data.Length]));
                arrived = heard is null;
                throw heard ?? new InvalidOperationException("What was changed on the way arrived.");
            },
            client =>
            {
                client.Send(FrameKind.Round, data);
                client.Receive(FrameKind.Control, 10);
            },
            serverOptions: Pair.Options(Role.Server, cancel: new CancellationTokenSource(TimeSpan.FromSeconds(15)).Token),
            clientOptions: Pair.Options(Role.Client) with { ConnectTimeout = TimeSpan.FromSeconds(4) },
            through: relay.To));
        Assert.False(arrived);
        Assert.NotNull(error);
        Assert.All(Flat(error), e => Assert.True(e is ChannelException or OperationCanceledException, e.ToString()));
        if (where > 100_000)
        {
            Assert.Matches("does not decrypt|has gone", heard?.Message);
        }
    }

    [Theory]
    [InlineData("repeated")]
    [InlineData("dropped")]
    [InlineData("moved")]
    [InlineData("cut")]
    public void WhatIsRepeatedDroppedMovedOrCutEndsTheLink(string how)
    {
        const int where = 200_000;
        byte[]? held = null;
        bool done = false;
        using var relay = new CountingRelay((bytes, at) =>
        {
            if (done || at < where)
            {
                return bytes;
            }

            if (how == "moved" && held is null)
            {
                held = bytes;
                return [];
            }

            done = true;
            return how switch
            {
                "repeated" => [.. bytes, .. bytes],
                "moved" => [.. bytes, .. held!],
                "dropped" => [],
                _ => null,
            };
        });
        byte[] data = Pair.Bytes(50_000, 3);
        int arrived = 0;
        Exception? error = Record.Exception(() => _pair.Run(
            server =>
            {
                for (byte[] got = new byte[data.Length]; ; arrived++)
                {
                    server.Receive(FrameKind.Round, got);
                    Assert.Equal(data, got);
                }
            },
            client =>
            {
                for (int i = 0; i < 40; i++)
                {
                    client.Send(FrameKind.Round, data);
                }

                client.Receive(FrameKind.Control, 10);
            },
            serverOptions: Pair.Options(Role.Server, cancel: new CancellationTokenSource(TimeSpan.FromSeconds(15)).Token),
            clientOptions: Pair.Options(Role.Client) with { ConnectTimeout = TimeSpan.FromSeconds(4) },
            through: relay.To));
        Assert.InRange(arrived, 0, 30);
        Assert.NotNull(error);
        Assert.All(Flat(error), e => Assert.True(e is ChannelException or OperationCanceledException, e.ToString()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(500)]
    public async Task AHandshakeThatIsCutOffEndsSoonAndHarmsNobody(int bytes)
    {
        using var relay = new CountingRelay((chunk, at) => at + chunk.Length >= bytes ? null : chunk);
        await WhileListening(Pair.Options(Role.Server), at =>
        {
            var clock = Stopwatch.StartNew();
            Fails(relay.To(at), Pair.Options(Role.Client) with { ConnectTimeout = TimeSpan.FromSeconds(5) });
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 9);
            _pair.Connect(at, Pair.Options(Role.Client)).Dispose();
        });
    }

    [Fact]
    public async Task SlowHandshakesKeepNobodyOut()
    {
        await WhileListening(Pair.Options(Role.Server) with { Introduction = TimeSpan.FromSeconds(1) }, at =>
        {
            var slow = new List<TcpClient>();
            for (int i = 0; i < 100; i++)
            {
                var stranger = new TcpClient("127.0.0.1", new Uri(at).Port);
                stranger.GetStream().Write([22, 3, 1, 2, 0, 1]); // the beginning of a ClientHello
                slow.Add(stranger);
            }

            _pair.Connect(at, Pair.Options(Role.Client)).Dispose();
            slow.ForEach(s => s.Dispose());
        });
    }

    [Fact]
    public void WhoNeverAnswersIsNotWaitedForLong()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var clock = Stopwatch.StartNew();
        string message = Fails($"tcp://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}",
            Pair.Options(Role.Client) with { ConnectTimeout = TimeSpan.FromSeconds(2) });
        Assert.Contains("did not answer within 2 s", message);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1, 6);
    }

    [Fact]
    public async Task APlainPeerIsToldThatLinksAreEncryptedHere() => await WhileListening(Pair.Options(Role.Server), at =>
    {
        string message = Assert.Throws<ChannelException>(() => _plain.Connect(at, Pair.Options(Role.Client)).Dispose()).Message;
        Assert.Contains("encrypted links alone", message);
        Assert.Contains("--insecure-transport", message);
        _pair.Connect(at, Pair.Options(Role.Client)).Dispose();
    });

    [Fact]
    public async Task AnEncryptingPeerIsToldThatNothingIsEncryptedHere()
    {
        var stop = new CancellationTokenSource();
        var address = new TaskCompletionSource<string>();
        Task listening = Pair.Start(() =>
        {
            using ILinkListener listener = _plain.Bind(Pair.Options(Role.Server, cancel: stop.Token));
            address.SetResult(listener.Address);
            Assert.Throws<OperationCanceledException>(() => listener.Accept(Role.Client));
        });
        Assert.Contains("does not encrypt", Fails(await address.Task, Pair.Options(Role.Client)));
        stop.Cancel();
        await listening.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task NobodyTakesASeatInAnothersSession()
    {
        using Keyring other = Keyring.Create(Role.Client);
        Keyring second = other.With(new TrustedPeer(Role.Server, Server.Fingerprint)), wide = Server.With(new TrustedPeer(Role.Client,
            other.Fingerprint));
        var address = new TaskCompletionSource<string>();
        Task listening = Pair.Start(() =>
        {
            using ILinkListener listener = _pair.Bind(Pair.Options(Role.Server) with
            {
                Keys = wide,
                ConnectTimeout = TimeSpan.FromSeconds(20)
            });
            address.SetResult(listener.Address);
            using ILink right = listener.AcceptWithin(Role.Client, new Companion("session", "SHA256:of the first", Client.Fingerprint));
            Assert.Equal(Client.Fingerprint, right.PeerKey);
        });
        string at = await address.Task;

        // Trusted, of the session's name, but not whom the first peer named; then the right one, who means another first peer; then both
        // right.
        Assert.Contains("another client is named", Fails(at, Pair.Options(Role.Client) with
        {
            Keys = second,
            Partner = "SHA256:of the first"
        }));
        Assert.Contains("another client is named", Fails(at, Pair.Options(Role.Client) with { Partner = "SHA256:of another" }));
        _pair.Connect(at, Pair.Options(Role.Client) with { Partner = "SHA256:of the first" }).Dispose();
        await listening.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private string Fails(string at, ChannelOptions options) => Assert.Throws<ChannelException>(() => _pair.Connect(at,
        options).Dispose()).Message;

    /// <summary>Something is done while a listener waits for clients; it must hear of as many as are named.</summary>
    private async Task WhileListening(ChannelOptions options, Action<string> act, bool heard = true, int sessions = 1)
    {
        using var stop = new CancellationTokenSource();
        var address = new TaskCompletionSource<string>();
        int came = 0;
        Task listening = Pair.Start(() =>
        {
            using ILinkListener listener = _pair.Bind(options with { Cancel = stop.Token });
            address.SetResult(listener.Address);
            try
            {
                while (true)
                {
                    using ILink link = listener.Accept(Role.Client);
                    Interlocked.Increment(ref came);
                }
            }
            catch (OperationCanceledException)
            {
                // All is done.
            }
        });
        try
        {
            act(await address.Task);
        }
        finally
        {
            stop.Cancel();
            await listening.WaitAsync(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(heard ? sessions : 0, came);
    }

    private static IEnumerable<Exception> Flat(Exception error)
        => error is AggregateException many ? many.Flatten().InnerExceptions : [error];
}
