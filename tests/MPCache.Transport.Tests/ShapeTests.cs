using System.Diagnostics;
using MPCache.Protocols;

namespace MPCache.Transport.Tests;

public class ShapeTests
{
    private static readonly LinkSpeed Slow = new(40, 8); // a byte a microsecond

    [Theory]
    [InlineData("lan", 1, 1000)]
    [InlineData("wan", 40, 100)]
    [InlineData("5,500", 5, 500)]
    [InlineData("2.5ms:10Mbps", 2.5, 10)]
    [InlineData("0,0.1", 0, 0.1)]
    public void LinksAreRead(string text, double roundTrip, double rate)
    {
        LinkSpeed link = LinkSpeed.Parse(text, "--shape-link");
        Assert.Equal(new LinkSpeed(roundTrip, rate), link);
        Assert.True(LinkSpeed.TryParse((link with { Dealer = true }).ToString(), out LinkSpeed? again));
        Assert.Equal(link with { Dealer = true }, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("5")]
    [InlineData("5,0")]
    [InlineData("-5,10")]
    [InlineData("1.2.3,4")]
    [InlineData("5,1e3")]
    [InlineData("9999999,1")]
    public void OtherWordsAreNoLinks(string text)
    {
        string message = Assert.Throws<ArgumentException>(() => LinkSpeed.Parse(text, "--shape-link")).Message;
        Assert.Contains("--shape-link takes lan", message);
        Assert.Contains($"not \"{text}\"", message);
    }

    [Fact]
    public void ALineSendsOneAfterAnother()
    {
        var line = new Line(Slow);
        Assert.Equal(Ms(10 + 5 + 20), line.Arrival(Ms(10), 5_000)); // an idle line
        Assert.Equal(Ms(10 + 5 + 3 + 20), line.Arrival(Ms(11), 3_000)); // behind the one before it
        Assert.Equal(Ms(100 + 1 + 20), line.Arrival(Ms(100), 1_000)); // idle again: no credit for it
    }

    /// <summary>Both send at once: they need the longer of their times, and half a round trip.</summary>
    [Theory]
    [InlineData(10_000, 4_000)]
    [InlineData(0, 9_999)]
    public void DirectionsAreIndependent(int up, int down)
    {
        var clock = new Clock();
        (ILink a, ILink b) = Both(clock);
        for (int round = 1; round <= 3; round++)
        {
            a.Send(FrameKind.Round, new byte[up]);
            b.Send(FrameKind.Round, new byte[down]);
            a.Receive(FrameKind.Round, new byte[down]);
            b.Receive(FrameKind.Round, new byte[up]);
            Assert.Equal(round * (Ms(20) + Us(16 + Math.Max(up, down))), clock.Now);
        }
    }

    [Fact]
    public void WhatTheReceiverComputesMeanwhileIsNotAdded()
    {
        var clock = new Clock();
        (ILink a, ILink b) = Both(clock);
        a.Send(FrameKind.Round, new byte[984]);
        clock.Until(Ms(15), default);
        b.Receive(FrameKind.Round, new byte[984]);
        Assert.Equal(Ms(21), clock.Now);
        a.Send(FrameKind.Control, new byte[984]);
        clock.Until(Ms(500), default);
        Assert.Equal(984, b.Receive(FrameKind.Control, 1000).Length);
        Assert.Equal(Ms(500), clock.Now);
    }

    [Fact]
    public void BulkTakesItsBandwidthAndOneDelay()
    {
        var clock = new Clock();
        (ILink a, ILink b) = Both(clock);
        for (int i = 0; i < 100; i++)
        {
            a.Send(FrameKind.Corrections, new byte[99_984]);
        }

        for (int i = 0; i < 100; i++)
        {
            b.Receive(FrameKind.Corrections, new byte[99_984]);
        }

        Assert.Equal(Ms(10_000 + 20), clock.Now);
    }

    [Fact]
    public void ATimeBeyondTheDeadlineIsRefused()
    {
        (ILink a, ILink b) = Both(new Clock());
        a.Send(FrameKind.Round, new byte[11_000_000]);
        Assert.Contains("faster link", Assert.Throws<ChannelException>(() => b.Receive(FrameKind.Round, new byte[11_000_000])).Message);
    }

    [Theory]
    [InlineData(DataPlane.NetMq)]
    [InlineData(DataPlane.Tcp)]
    public void TheConnectingEndChoosesAndNoCounterShowsIt(DataPlane plane)
    {
        byte[] data = Pair.Bytes(300_000, 8);
        void End(ILink link)
        {
            Assert.Equal(new LinkSpeed(30, 1000), link.Shape);
            ChannelTraffic before = link.Traffic;
            var clock = Stopwatch.StartNew();
            byte[] got = new byte[data.Length];
            link.Send(FrameKind.Round, data);
            link.Receive(FrameKind.Round, got);
            Assert.Equal(data, got);
            link.Send(FrameKind.Control, [1, 2]);
            Assert.Equal([1, 2], link.Receive(FrameKind.Control, 2));
            Assert.Equal(data.Length + 2, link.Traffic.PayloadSent - before.PayloadSent);
            Assert.Equal(data.Length + 2, link.Traffic.PayloadReceived - before.PayloadReceived);
            Assert.InRange(clock.Elapsed.TotalMilliseconds, 30 + 2.4, 10_000); // two ways of 15 ms, one of them behind 300 kB
        }

        new Pair(plane).Run(End, End, clientOptions: Pair.Options(Role.Client) with { Shape = LinkSpeed.Parse("30,1000", "") });
    }

    [Fact]
    public void OtherMachinesHaveOtherClocks() =>
        Assert.Contains("--shape-link", Assert.Throws<ArgumentException>(() => new Pair(DataPlane.Tcp).Connect("tcp://10.1.2.3:5700",
            Pair.Options(Role.Client) with { Shape = Slow, Keys = Pair.Keys[Role.Client] })).Message);

    private static long Us(double us) => (long)(us * Stopwatch.Frequency / 1e6);

    private static long Ms(double ms) => Us(ms * 1000);

    private static (ILink A, ILink B) Both(LinkClock clock)
    {
        (Queue<byte[]> up, Queue<byte[]> down) = (new(), new());
        ChannelOptions options = Pair.Options(Role.Client);
        return (new ShapedLink(new Memory(up, down), Slow, options, clock), new ShapedLink(new Memory(down, up), Slow, options, clock));
    }

    /// <summary>A clock that waits by going on.</summary>
    private sealed class Clock : LinkClock
    {
        private long _now;

        public override long Now => _now;

        public override void Until(long due, CancellationToken cancel) => _now = Math.Max(_now, due);
    }

    private sealed class Memory(Queue<byte[]> to, Queue<byte[]> from) : ILink
    {
        public string Peer => "memory";

        public Role PeerRole => Role.Server;

        public string Session => "";

        public string? Partner => null;

        public LinkSpeed? Shape => Slow;

        public ChannelTraffic Traffic => default;

        public void Send(FrameKind kind, ReadOnlySpan<byte> payload) => to.Enqueue(payload.ToArray());

        public void Receive(FrameKind kind, Span<byte> payload) => from.Dequeue().CopyTo(payload);

        public byte[] Receive(FrameKind kind, int longest) => from.Dequeue();

        public void Watch()
        {
        }

        public void Close(string? reason)
        {
        }

        public void Dispose()
        {
        }
    }
}
