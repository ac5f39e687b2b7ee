using MPCache.Protocols;

namespace MPCache.Transport.Tests;

public sealed class NetMqExchangeTests() : ExchangeTests(DataPlane.NetMq, encrypted: true);

public sealed class PlainNetMqExchangeTests() : ExchangeTests(DataPlane.NetMq, encrypted: false);

public sealed class TcpExchangeTests() : ExchangeTests(DataPlane.Tcp, encrypted: true);

public sealed class PlainTcpExchangeTests() : ExchangeTests(DataPlane.Tcp, encrypted: false);

/// <summary>What every plane must carry.</summary>
public abstract class ExchangeTests(DataPlane plane, bool encrypted)
{
    private Pair Pair { get; } = new(plane, encrypted);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(262144)]
    [InlineData(262145)]
    [InlineData(20_000_000)] // both send before either receives
    public void BothSendThenBothReceive(int size)
    {
        byte[] up = Pair.Bytes(size, 1), down = Pair.Bytes(size, 2);
        void End(ILink channel, byte[] mine, byte[] theirs)
        {
            byte[] got = new byte[size];
            long before = channel.Traffic.PayloadSent;
            for (int i = 0; i < 3; i++)
            {
                channel.Send(FrameKind.Round, mine);
                channel.Receive(FrameKind.Round, got);
                Assert.True(got.AsSpan().SequenceEqual(theirs));
            }

            Assert.Equal(3L * size, channel.Traffic.PayloadSent - before);
        }

        Pair.Run(server => End(server, down, up), client => End(client, up, down));
    }

    [Fact]
    public void AFastSenderWaitsForASlowReceiver()
    {
        const int most = 40; // MiB under way: windows and buffers, of 200 that are sent
        byte[] piece = Pair.Bytes(1 << 20, 3);
        int sent = 0, received = 0;
        Pair.Run(
            server =>
            {
                Thread.Sleep(1500);
                Assert.InRange(Volatile.Read(ref sent), 1, most);
                byte[] got = new byte[piece.Length];
                for (int i = 0; i < 200; i++)
                {
                    server.Receive(FrameKind.Corrections, got);
                    Volatile.Write(ref received, i + 1);
                }

                Assert.True(got.AsSpan().SequenceEqual(piece));
                server.Send(FrameKind.Control, []);
            },
            client =>
            {
                for (int i = 0; i < 200; i++)
                {
                    client.Send(FrameKind.Corrections, piece);
                    Volatile.Write(ref sent, i + 1);
                    Assert.InRange(i + 1 - Volatile.Read(ref received), int.MinValue, most);
                }

                client.Receive(FrameKind.Control, 10);
            });
    }

    [Fact]
    public void WrongKindLengthAndSizeAreNamed()
    {
        Pair.Run(
            server =>
            {
                server.Send(FrameKind.Round, new byte[10]);
                server.Receive(FrameKind.Control, 10);
            },
            client =>
            {
                ChannelException e = Assert.Throws<ChannelException>(() => client.Receive(FrameKind.Control, 100));
                Assert.Contains("Round", e.Message);
                Assert.Contains("Control", e.Message);
                Assert.Contains("server at tcp://127.0.0.1", e.Message);
                client.Send(FrameKind.Control, []);
            });
        Pair.Run(
            server =>
            {
                server.Send(FrameKind.Round, new byte[10]);
                server.Receive(FrameKind.Control, 10);
            },
            client =>
            {
                ChannelException e = Assert.Throws<ChannelException>(() => client.Receive(FrameKind.Round, new byte[11]));
                Assert.Contains("10", e.Message);
                Assert.Contains("11", e.Message);
                client.Send(FrameKind.Control, []);
            });
        Pair.Run(
            server =>
            {
                server.Send(FrameKind.Control, new byte[5000]);
                server.Receive(FrameKind.Control, 10);
            },
            client =>
            {
                Assert.Contains("5,000", Assert.Throws<ChannelException>(() => client.Receive(FrameKind.Control, 4096)).Message);
                client.Send(FrameKind.Control, []);
            });
    }

    [Fact]
    public void TheWireIsWhatARelaySees()
    {
        using var relay = new CountingRelay();
        long up = 0, down = 0;
        Pair.Run(
            server =>
            {
                byte[] got = new byte[20_000];
                for (int i = 0; i < 200; i++)
                {
                    server.Send(FrameKind.Round, got);
                    server.Receive(FrameKind.Round, got);
                }

                server.Receive(FrameKind.Control, 10);
            },
            client =>
            {
                byte[] got = new byte[20_000];
                for (int i = 0; i < 200; i++)
                {
                    client.Send(FrameKind.Round, got);
                    client.Receive(FrameKind.Round, got);
                }

                (up, down) = (client.Traffic.WireSent, client.Traffic.WireReceived);
                client.Send(FrameKind.Control, []);
            },
            through: relay.To);
        Assert.InRange(relay.Up / (double)up, 0.97, 1.03);
        Assert.InRange(relay.Down / (double)down, 0.97, 1.03);
    }
}
