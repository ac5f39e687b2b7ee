using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary>The far end of the transport benchmark: sends back what comes over the channel and over a raw socket, in the order that both ends know.</summary>
internal static class EchoParty
{
    public static void Run(NetMqChannel client)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        byte[] port = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(port, ((IPEndPoint)listener.LocalEndpoint).Port);
        client.Send(FrameKind.Control, port);
        using Socket socket = listener.AcceptSocket();
        RawSocket.Configure(socket);
        byte[] buffer = new byte[TransportPlan.BulkPiece];
        foreach (int size in TransportPlan.Sizes)
        {
            for (int i = 0; i < TransportPlan.Trips(size); i++)
            {
                client.Receive(FrameKind.Round, buffer.AsSpan(0, size));
                client.Send(FrameKind.Round, buffer.AsSpan(0, size));
                RawSocket.ReceiveAll(socket, buffer.AsSpan(0, size));
                RawSocket.SendAll(socket, buffer.AsSpan(0, size));
            }
        }

        for (int i = 0; i < TransportPlan.BulkRuns; i++)
        {
            for (int piece = 0; piece < TransportPlan.BulkPieces; piece++)
            {
                client.Receive(FrameKind.Round, buffer);
            }

            client.Send(FrameKind.Round, buffer.AsSpan(0, 1));
            for (int piece = 0; piece < TransportPlan.BulkPieces; piece++)
            {
                RawSocket.ReceiveAll(socket, buffer);
            }

            RawSocket.SendAll(socket, buffer.AsSpan(0, 1));
        }

        client.Receive(FrameKind.Control, 1);
    }
}
