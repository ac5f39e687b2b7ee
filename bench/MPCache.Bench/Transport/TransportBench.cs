using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MPCache.Protocols;
using MPCache.Transport;


namespace MPCache.Bench;

/// <summary>The near end of the transport benchmark, which takes the time.</summary>
internal static class TransportBench
{
    public static async Task<TransportRow[]> Run(CancellationToken cancel)
    {
        using LocalProcess echo = await LocalProcess.Start(typeof(TransportBench).Assembly, "echo", ["party", "--role", "echo"], cancel);
        var options = new ChannelOptions { Self = Role.Client, Cancel = cancel };
        using ILink netmq = Planes.Connect(echo.Address, Role.Server, "transport", options);
        byte[] ports = netmq.Receive(FrameKind.Control, 8);
        using ILink tcp = Planes.Connect(
            $"tcp://127.0.0.1:{BinaryPrimitives.ReadInt32LittleEndian(ports)}",
            Role.Server,
            "transport",
            options with { Plane = DataPlane.Tcp });
        using var raw = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // Not ConnectAsync: it makes all later calls slower.
        raw.Connect(IPAddress.Loopback, BinaryPrimitives.ReadInt32LittleEndian(ports.AsSpan(4)));
        EchoRoute[] routes = [EchoRoute.Of(netmq), EchoRoute.Of(tcp), EchoRoute.Of(raw)];
        byte[] buffer = new byte[TransportPlan.Sizes[^1]];
        TransportFigures[] trips = [.. TransportPlan.Sizes.Select(size => Trips(routes, buffer, size))];
        TransportFigures[] bulk = [.. TransportPlan.Sizes.Select(size => Bulk(routes, buffer, size))];
        netmq.Send(FrameKind.Control, [0]);
        return [.. TransportPlan.Sizes.Select((size, i) => new TransportRow(size, trips[i], bulk[i]))];
    }

    private static TransportFigures Trips(EchoRoute[] routes, byte[] buffer, int size)
    {
        int all = TransportPlan.Trips(size), warm = all / 10;
        return Measure(routes, all - warm, warm, route => 1e6 * Time(() =>
        {
            route.Send(new(buffer, 0, size));
            route.Receive(new(buffer, 0, size));
        }));
    }

    private static TransportFigures Bulk(EchoRoute[] routes, byte[] buffer, int size)
    {
        int pieces = TransportPlan.Bulk(size);
        return Measure(routes, TransportPlan.BulkRuns - 1, 1, route => 1e-9 * size * pieces / Time(() =>
        {
            for (int piece = 0; piece < pieces; piece++)
            {
                route.Send(new(buffer, 0, size));
            }

            route.Receive(new(buffer, 0, 1));
        }));
    }

    private static TransportFigures Measure(EchoRoute[] routes, int runs, int warm, Func<EchoRoute, double> run)
    {
        double[][] values = Paired.Run(routes, runs, warm, route => Task.FromResult(run(route))).GetAwaiter().GetResult();
        double[] medians = [.. values.Select(v => Spread.Of(v).Median)];
        return new TransportFigures(
            medians[0],
            medians[1],
            medians[2],
            Spread.OfRatios(values[0], values[2]),
            Spread.OfRatios(values[1], values[2]));
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
