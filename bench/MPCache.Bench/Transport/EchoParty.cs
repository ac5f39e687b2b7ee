using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using MPCache.Protocols;
using MPCache.Transport;


namespace MPCache.Bench;

/// <summary>The far end of the transport benchmark: sends back what comes over each route, in the order that both ends know.</summary>
internal static class EchoParty
{
    /// <param name="netmq">The link over which the benchmark came.</param>
    public static void Run(ILink netmq, ChannelOptions options)
    {
        using ILinkListener listener = Planes.Bind("tcp://127.0.0.1:0", options with { Plane = DataPlane.Tcp });
        using var rawListener = new TcpListener(IPAddress.Loopback, 0);
        rawListener.Start();
        byte[] ports = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(ports, new Uri(listener.Address).Port);
        BinaryPrimitives.WriteInt32LittleEndian(ports.AsSpan(4), ((IPEndPoint)rawListener.LocalEndpoint).Port);
        netmq.Send(FrameKind.Control, ports);
        using ILink tcp = listener.Accept(Role.Client);
        using Socket raw = rawListener.AcceptSocket();
        EchoRoute[] routes = [EchoRoute.Of(netmq), EchoRoute.Of(tcp), EchoRoute.Of(raw)];
        byte[] buffer = new byte[TransportPlan.Sizes[^1]];
        foreach (int size in TransportPlan.Sizes)
        {
            for (int i = 0; i < TransportPlan.Trips(size); i++)
            {
                foreach (EchoRoute route in routes)
                {
                    route.Receive(new(buffer, 0, size));
                    route.Send(new(buffer, 0, size));
                }
            }
        }

        foreach (int size in TransportPlan.Sizes)
        {
            for (int i = 0; i < TransportPlan.BulkRuns; i++)
            {
                foreach (EchoRoute route in routes)
                {
                    for (int piece = TransportPlan.Bulk(size); piece > 0; piece--)
                    {
                        route.Receive(new(buffer, 0, size));
                    }

                    route.Send(new(buffer, 0, 1));
                }
            }
        }

        netmq.Receive(FrameKind.Control, 1);
    }
}
