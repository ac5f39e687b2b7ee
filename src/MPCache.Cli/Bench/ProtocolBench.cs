using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary>The client of the protocols' benchmark: starts a dealer and a server, runs every row and checks what it gives.</summary>
internal static class ProtocolBench
{
    public static async Task<ProtocolFigures[]> Run(IEnumerable<ProtocolRow> rows, string? only, DataPlane plane, CancellationToken cancel)
    {
        string[] selection = ["--transport", plane.Word(), .. only is null ? (string[])[] : ["--only", only]];
        using LocalProcess dealer = await LocalProcess.Start("bench", ["party", "--role", "dealer", .. selection], cancel);
        using LocalProcess server = await LocalProcess.Start("bench", ["party", "--role", "server", "--dealer", dealer.Address, .. selection], cancel);
        var options = new ChannelOptions { Self = Role.Client, Cancel = cancel, Plane = plane };
        string session = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        try
        {
            using ILink toServer = Planes.Connect(server.Address, Role.Server, session, options);
            using ILink toDealer = Planes.Connect(dealer.Address, Role.Dealer, session, options);
            var run = new ProtocolRun(Role.Client, new ClientCorrelations(BenchKeys.Of(1)), toServer, [toServer, toDealer]);
            ProtocolFigures[] figures = [.. rows.Select(row => Measure(run, row, toServer))];
            toServer.Send(FrameKind.Control, [0]);
            toDealer.Send(FrameKind.Control, [0]);
            return figures;
        }
        catch (ChannelException e) when ((server.Failure ?? dealer.Failure) is { } words)
        {
            throw new IOException($"{words} (seen here as: {e.Message})", e);
        }
    }

    private static ProtocolFigures Measure(ProtocolRun run, ProtocolRow row, IChannel server)
    {
        Console.Error.WriteLine($"{row.Name}, {row.Size:N0} elements");
        ProtocolRun.Outcome outcome = run.Lead(row);
        long dealt = BinaryPrimitives.ReadInt64LittleEndian(server.Receive(FrameKind.Control, 8));
        ulong[] share = new ulong[outcome.Share.Length];
        server.Receive(FrameKind.Control, MemoryMarshal.AsBytes(share.AsSpan()));
        return new ProtocolFigures(row.Name, row.Size, outcome.Cost.Online, dealt, outcome.Cost.Rounds, outcome.Seconds, Error(row, outcome, share), row.Relative ? "relative" : "absolute");
    }

    private static double? Error(ProtocolRow row, ProtocolRun.Outcome outcome, ulong[] share)
    {
        if (!row.HasExact)
        {
            return null;
        }

        double[] exact = row.Exact([.. row.Inputs().Select(v => Math.ScaleB((double)v, -row.Frac))]);
        double largest = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            double value = row.Bits
                ? ((outcome.Share[i / 64] ^ share[i / 64]) >> (i % 64)) & 1
                : Math.ScaleB((double)((long)((outcome.Share[i] + share[i]) << (64 - outcome.Ring)) >> (64 - outcome.Ring)), -outcome.Frac);
            largest = Math.Max(largest, Math.Abs(value - exact[i]) / (row.Relative ? Math.Abs(exact[i]) : 1));
        }

        return largest;
    }
}
