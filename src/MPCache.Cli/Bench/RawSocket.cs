using System.Net.Sockets;

namespace MPCache.Cli;

/// <summary>A plain TCP socket as the transport benchmark uses it, with the channel's buffer sizes.</summary>
internal static class RawSocket
{
    public static void Configure(Socket socket)
    {
        socket.NoDelay = true;
        socket.SendBufferSize = socket.ReceiveBufferSize = 4 << 20;
    }

    public static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    public static void ReceiveAll(Socket socket, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int got = socket.Receive(bytes);
            bytes = got > 0 ? bytes[got..] : throw new IOException("The other end of the raw socket has gone.");
        }
    }
}
