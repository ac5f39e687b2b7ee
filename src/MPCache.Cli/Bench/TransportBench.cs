using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary>The near end of the transport benchmark, which takes the time.</summary>
internal static class TransportBench
{
    public static async Task<TransportCommand.Row[]> Run(CancellationToken cancel)
    {
        using LocalProcess echo = await LocalProcess.Start("bench", ["party", "--role", "echo"], cancel);
        var options = new ChannelOptions { Self = Role.Client, Cancel = cancel };
        using ILink netmq = Planes.Connect(echo.Address, Role.Server, "transport", options);
        byte[] ports = netmq.Receive(FrameKind.Control, 8);
        using ILink tcp = Planes.Connect($"tcp://127.0.0.1:{BinaryPrimitives.ReadInt32LittleEndian(ports)}", Role.Server, "transport", options with { Plane = DataPlane.Tcp });
        using var raw = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        raw.Connect(IPAddress.Loopback, BinaryPrimitives.ReadInt32LittleEndian(ports.AsSpan(4))); // not ConnectAsync: it makes all later calls slower
        Way[] ways = [Way.Of(netmq), Way.Of(tcp), Way.Of(raw)];
        byte[] buffer = new byte[TransportPlan.Sizes[^1]];
        TransportCommand.Figures[] trips = [.. TransportPlan.Sizes.Select(size => Trips(ways, buffer, size))], bulk = [.. TransportPlan.Sizes.Select(size => Bulk(ways, buffer, size))];
        netmq.Send(FrameKind.Control, [0]);
        return [.. TransportPlan.Sizes.Select((size, i) => new TransportCommand.Row(size, trips[i], bulk[i]))];
    }

    private static TransportCommand.Figures Trips(Way[] ways, byte[] buffer, int size)
    {
        int warm = TransportPlan.Trips(size) / 10;
        return Measure(ways, TransportPlan.Trips(size), warm, way => 1e6 * Time(() =>
        {
            way.Send(new(buffer, 0, size));
            way.Receive(new(buffer, 0, size));
        }));
    }

    private static TransportCommand.Figures Bulk(Way[] ways, byte[] buffer, int size) => Measure(ways, TransportPlan.BulkRuns, 1, way => 1e-9 * size * TransportPlan.Bulk(size) / Time(() =>
    {
        for (int piece = TransportPlan.Bulk(size); piece > 0; piece--)
        {
            way.Send(new(buffer, 0, size));
        }

        way.Receive(new(buffer, 0, 1));
    }));

    /// <summary>Each way by turns, so that what else the machine does meets all alike; medians.</summary>
    private static TransportCommand.Figures Measure(Way[] ways, int runs, int warm, Func<Way, double> run)
    {
        double[][] values = [.. ways.Select(_ => new double[runs])];
        for (int i = 0; i < runs; i++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                values[way][i] = run(ways[way]);
            }
        }

        double[] medians = [.. values.Select(v => v[warm..].Order().ElementAt((runs - warm) / 2))];
        return new TransportCommand.Figures(medians[0], medians[1], medians[2]);
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
