using System.Net.Sockets;
using MPCache.Protocols;


namespace MPCache.Bench;

/// <summary>One of the routes between the transport benchmark's processes.</summary>
internal sealed record EchoRoute(Action<ArraySegment<byte>> Send, Action<ArraySegment<byte>> Receive)
{
    public static EchoRoute Of(IChannel channel)
        => new(bytes => channel.Send(FrameKind.Round, bytes), bytes => channel.Receive(FrameKind.Round, bytes));

    /// <summary>A plain TCP socket that blocks, with the channels' buffer sizes.</summary>
    public static EchoRoute Of(Socket socket)
    {
        socket.NoDelay = true;
        socket.SendBufferSize = socket.ReceiveBufferSize = 4 << 20;
        return new EchoRoute(bytes => SendAll(socket, bytes), bytes => ReceiveAll(socket, bytes));
    }

    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    private static void ReceiveAll(Socket socket, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int got = socket.Receive(bytes);
            bytes = got > 0 ? bytes[got..] : throw new IOException("The other end of the raw socket has gone.");
        }
    }
}
