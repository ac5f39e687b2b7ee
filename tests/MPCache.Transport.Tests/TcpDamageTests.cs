using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MPCache.Protocols;
using NetMQ.Sockets;

namespace MPCache.Transport.Tests;

/// <summary>A peer that speaks over a bare socket, and what a channel makes of it.</summary>
public sealed class TcpDamageTests : IDisposable
{
    private readonly ILinkListener _listener = new Pair(DataPlane.Tcp).Bind(Pair.Options(Role.Server, silence: 1, deadline: 4));

    [Theory]
    [InlineData(0, 77, "no frame")] // kind
    [InlineData(0, (int)FrameKind.Control, "kind Control where Round")]
    [InlineData(1, 9, "no frame")] // version
    [InlineData(2, 1, "no frame")]
    [InlineData(3, 128, "no frame")]
    [InlineData(4, 5, "number 5 where 1")]
    [InlineData(7, 1, "a piece was lost, repeated or injected")]
    [InlineData(8, 101, "101 bytes where 100")]
    [InlineData(11, 127, "bytes where 100")] // two gigabytes
    [InlineData(12, 1, "no frame")] // more than any message
    [InlineData(15, 128, "no frame")] // less than none
    public void ADamagedHeaderIsNamed(int at, int value, string message)
    {
        using Socket peer = Join(out ILink channel);
        byte[] frame = Wire.Framed(FrameKind.Round, 1, Pair.Bytes(100, 4));
        frame[at] = (byte)value;
        peer.Send(frame);
        Assert.Contains(message, Assert.Throws<ChannelException>(() => channel.Receive(FrameKind.Round, new byte[100])).Message);
    }

    [Fact]
    public void RandomBytesNeverPass()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using Socket peer = Join(out ILink channel);
            byte[] noise = Pair.Bytes(64, seed);
            peer.Send(noise);
            peer.Shutdown(SocketShutdown.Send);
            Assert.Throws<ChannelException>(() => channel.Receive(FrameKind.Round, 1000));
            channel.Dispose();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(115)]
    public void ACutFrameIsAVanishedPeer(int bytes)
    {
        using Socket peer = Join(out ILink channel);
        peer.Send(Wire.Framed(FrameKind.Round, 1, new byte[100]).AsSpan(0, bytes));
        peer.Dispose();
        Assert.Contains("has gone", Assert.Throws<ChannelException>(() => channel.Receive(FrameKind.Round, new byte[100])).Message);
    }

    [Fact]
    public void AFrameThatStopsHalfWayIsASilentPeer()
    {
        using Socket peer = Join(out ILink channel);
        peer.Send(Wire.Framed(FrameKind.Round, 1, new byte[100]).AsSpan(0, 50));
        var clock = Stopwatch.StartNew();
        Assert.Contains("no sign of life for 1 s", Assert.Throws<ChannelException>(() => channel.Receive(FrameKind.Round,
            new byte[100])).Message);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 4);
    }

    [Fact]
    public async Task BytesMayComeOneByOneWithSignsOfLifeBetween()
    {
        using Socket peer = Join(out ILink channel);
        byte[] data = Pair.Bytes(40, 5);
        Task sending = Pair.Start(() =>
        {
            foreach (byte b in (byte[])[.. Wire.Framed(FrameKind.Heartbeat, 0, []), .. Wire.Framed(FrameKind.Round, 1, data),
                .. Wire.Framed(FrameKind.Heartbeat, 0, []), .. Wire.Framed(FrameKind.Round, 2, [7])])
            {
                peer.Send([b]);
                Thread.Sleep(1);
            }
        });
        Assert.Equal(data, channel.Receive(FrameKind.Round, 40));
        Assert.Equal([7], channel.Receive(FrameKind.Round, 1));
        await sending;
    }

    [Fact]
    public void AHeartbeatCarriesNothing()
    {
        using Socket peer = Join(out ILink channel);
        peer.Send(Wire.Framed(FrameKind.Heartbeat, 0, [1, 2, 3]));
        Assert.Contains("no frame", Assert.Throws<ChannelException>(() => channel.Receive(FrameKind.Round, new byte[1])).Message);
    }

    [Fact]
    public void ALongGoodbyeIsRefused()
    {
        using Socket peer = Join(out ILink channel);
        peer.Send(Wire.Framed(FrameKind.Goodbye, 0, new byte[9000]));
        Assert.Contains("9,000", Assert.Throws<ChannelException>(() => channel.Receive(FrameKind.Round, new byte[1])).Message);
    }

    [Fact]
    public void AReasonBehindUnreadMessagesReachesASender()
    {
        using Socket peer = Join(out ILink channel);
        peer.Send((byte[])[.. Wire.Framed(FrameKind.Round, 1, new byte[300]), .. Wire.Framed(FrameKind.Heartbeat, 0, []),
            .. Wire.Framed(FrameKind.Goodbye, 0, Encoding.UTF8.GetBytes("no more paper"))]);
        peer.Shutdown(SocketShutdown.Send);
        Assert.Contains("no more paper", Assert.Throws<ChannelException>(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                channel.Send(FrameKind.Round, new byte[1 << 20]);
            }
        }).Message);
    }

    [Fact]
    public async Task StrangersAndTheSilentDoNotKeepAPeerOut()
    {
        Task<ILink> accepting = Task.Run(() => _listener.Accept(Role.Client));
        var strangers = new List<IDisposable>();
        byte[] longHello = Wire.Framed(FrameKind.Hello, 0, new byte[2000]);
        foreach (byte[] words in (byte[][])[[], [(byte)FrameKind.Hello], Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"),
            Wire.Framed(FrameKind.Hello, 0, [1, 2]), Wire.Hello("Dealer"), longHello])
        {
            Socket stranger = Dial();
            strangers.Add(stranger);
            stranger.Send(words);
        }

        for (int i = 0; i < 70; i++)
        {
            strangers.Add(Dial());
        }

        strangers.Add(new DealerSocket(_listener.Address));
        using Socket peer = Dial();
        peer.Send(Wire.Hello());
        ILink channel = await accepting.WaitAsync(TimeSpan.FromSeconds(10));
        peer.Send(Wire.Framed(FrameKind.Round, 1, [3]));
        Assert.Equal([3], channel.Receive(FrameKind.Round, 1));
        strangers.ForEach(s => s.Dispose());
    }

    [Fact]
    public void APeerThatLeftBeforeItWasAcceptedIsPassedOver()
    {
        using (Socket impatient = Dial())
        {
            impatient.Send(Wire.Hello());
        }

        using Socket peer = Join(out ILink channel);
        peer.Send(Wire.Framed(FrameKind.Round, 1, [3]));
        Assert.Equal([3], channel.Receive(FrameKind.Round, 1));
    }

    [Fact]
    public void AnotherVersionAndAnUnknownLinkAreToldWhy()
    {
        using Socket old = Dial(), odd = Dial();
        old.Send(Wire.Hello(protocol: "mpcache/0"));
        odd.Send(Wire.Hello(shape: "carrier pigeon"));
        using Socket peer = Join(out ILink channel);
        Assert.Contains("you speak mpcache/0", Words(old));
        Assert.Contains("no link \"carrier pigeon\"", Words(odd));
        channel.Dispose();
    }

    /// <summary>A peer whose hello has been answered.</summary>
    private Socket Join(out ILink channel)
    {
        Socket socket = Dial();
        socket.Send(Wire.Hello());
        channel = _listener.Accept(Role.Client);
        byte[] header = new byte[Frame.HeaderBytes];
        Assert.Equal(header.Length, socket.Receive(header));
        Assert.True(Frame.TryRead(header, out Frame frame));
        Assert.Equal(FrameKind.Hello, frame.Kind);
        Assert.Equal(frame.Length, socket.Receive(new byte[frame.Length]));
        return socket;
    }

    private Socket Dial()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 5000 };
        socket.Connect(IPAddress.Loopback, new Uri(_listener.Address).Port);
        return socket;
    }

    private static string Words(Socket socket)
    {
        byte[] bytes = new byte[2000];
        return Encoding.UTF8.GetString(bytes, 0, socket.Receive(bytes));
    }

    public void Dispose() => _listener.Dispose();
}
