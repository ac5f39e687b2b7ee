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
    public static async Task<TransportCommand.Report> Run(CancellationToken cancel)
    {
        using LocalProcess echo = await LocalProcess.Start("bench", ["party", "--role", "echo"], cancel);
        using NetMqChannel channel = NetMqChannel.Connect(echo.Address, Role.Server, "transport", new ChannelOptions { Self = Role.Client, Cancel = cancel });
        int port = BinaryPrimitives.ReadInt32LittleEndian(channel.Receive(FrameKind.Control, 4));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        RawSocket.Configure(socket);
        await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
        byte[] buffer = new byte[TransportPlan.BulkPiece];
        TransportCommand.TripFigures[] trips = [.. TransportPlan.Sizes.Select(size => Trips(channel, socket, buffer, size))];
        TransportCommand.BulkFigures bulk = Bulk(channel, socket, buffer);
        channel.Send(FrameKind.Control, [0]);
        return new TransportCommand.Report(trips, bulk);
    }

    private static TransportCommand.TripFigures Trips(NetMqChannel channel, Socket socket, byte[] buffer, int size)
    {
        var own = new List<double>();
        var raw = new List<double>();
        int trips = TransportPlan.Trips(size);
        for (int i = 0; i < trips; i++)
        {
            double a = Time(() =>
            {
                channel.Send(FrameKind.Round, buffer.AsSpan(0, size));
                channel.Receive(FrameKind.Round, buffer.AsSpan(0, size));
            });
            double b = Time(() =>
            {
                RawSocket.SendAll(socket, buffer.AsSpan(0, size));
                RawSocket.ReceiveAll(socket, buffer.AsSpan(0, size));
            });
            if (i >= trips / 10)
            {
                own.Add(a * 1e6);
                raw.Add(b * 1e6);
            }
        }

        return new TransportCommand.TripFigures(size, Median(own), Median(raw), Median(own) / Median(raw));
    }

    private static TransportCommand.BulkFigures Bulk(NetMqChannel channel, Socket socket, byte[] buffer)
    {
        const double gigabytes = (double)TransportPlan.BulkPiece * TransportPlan.BulkPieces / 1e9;
        var own = new List<double>();
        var raw = new List<double>();
        for (int i = 0; i < TransportPlan.BulkRuns; i++)
        {
            own.Add(gigabytes / Time(() =>
            {
                for (int piece = 0; piece < TransportPlan.BulkPieces; piece++)
                {
                    channel.Send(FrameKind.Round, buffer);
                }

                channel.Receive(FrameKind.Round, buffer.AsSpan(0, 1));
            }));
            raw.Add(gigabytes / Time(() =>
            {
                for (int piece = 0; piece < TransportPlan.BulkPieces; piece++)
                {
                    RawSocket.SendAll(socket, buffer);
                }

                RawSocket.ReceiveAll(socket, buffer.AsSpan(0, 1));
            }));
        }

        return new TransportCommand.BulkFigures(Median(own), Median(raw), Median(own) / Median(raw));
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
