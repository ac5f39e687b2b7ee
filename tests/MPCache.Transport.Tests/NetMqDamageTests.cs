using MPCache.Protocols;
using NetMQ;
using NetMQ.Sockets;

namespace MPCache.Transport.Tests;

public class NetMqDamageTests
{
    [Fact]
    public void ARepeatedPieceIsRefused()
    {
        using NetMqListener listener = NetMqListener.Bind("tcp://127.0.0.1:0", Pair.Options(Role.Server));
        using var socket = new DealerSocket(listener.Address);
        byte[] hello = Wire.Framed(
            FrameKind.Hello,
            0,
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new Hello(Hello.Name, "Client", "s")));
        socket.SendFrame(hello);
        using ILink channel = listener.Accept(Role.Client);
        socket.SendFrame(Wire.Framed(FrameKind.Round, 1, [1]));
        socket.SendFrame(Wire.Framed(FrameKind.Round, 1, [1]));
        channel.Receive(FrameKind.Round, new byte[1]);
        Assert.Contains("number 1 where 2", Assert.Throws<ChannelException>(() => channel.Receive(FrameKind.Round, new byte[1])).Message);
    }
}
