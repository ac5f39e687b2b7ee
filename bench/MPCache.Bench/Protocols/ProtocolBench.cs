using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Bench;

/// <summary>
/// Protocols between three processes. The client says when each run begins, at the dealer and the server alike, so nothing is dealt ahead
/// and the clock holds the
/// dealer's work. Rows of a group run by turns.
/// </summary>
internal static class ProtocolBench
{
    private static readonly byte[] s_go = [1];

    /// <summary>The client: starts a dealer and a server, runs every row and checks what it gives.</summary>
    /// <param name="groups">The rows, by the names under which the other processes find them.</param>
    /// <param name="plane">What carries the messages.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<ProtocolFigures[]> Run(RowGroups groups, DataPlane plane, CancellationToken cancel)
    {
        string[] common = ["--transport", plane.Word(), .. groups.Arguments];
        using LocalParties parties = await LocalParties.Start(
            typeof(ProtocolBench).Assembly,
            ["party", "--role", "dealer", .. common],
            dealer => ["party", "--role", "server", "--dealer", dealer, .. common], cancel);
        var options = new ChannelOptions { Self = Role.Client, Cancel = cancel, Plane = plane };
        return await parties.Run(() => Lead(groups, parties, options), cancel);
    }

    /// <summary>The server or the dealer: waits for the client's word before each run.</summary>
    /// <param name="groups">The rows.</param>
    /// <param name="role">Which of them.</param>
    /// <param name="correlations">Its correlations.</param>
    /// <param name="client">The link to the client.</param>
    public static void Follow(RowGroups groups, Role role, ICorrelations correlations, ILink client)
    {
        foreach (ProtocolRow[] group in groups.Rows)
        {
            RowRun[] runs = [.. group.Select(row => new RowRun(role, correlations, role == Role.Server ? client : null, row))];
            for (int i = 0; i <= group[0].Repeats; i++)
            {
                foreach (RowRun run in runs)
                {
                    client.Send(FrameKind.Control, s_go);
                    client.Receive(FrameKind.Control, 1);
                    run.Once();
                }
            }

            foreach (RowRun run in runs)
            {
                if (role == Role.Server)
                {
                    Tell(client, run);
                }

                run.Dispose();
            }
        }

        client.Receive(FrameKind.Control, 1); // the links stay until the client is done
    }

    private static ProtocolFigures[] Lead(RowGroups groups, LocalParties parties, ChannelOptions options)
    {
        string session = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        using ILink server = Planes.Connect(parties.Server, Role.Server, session, options);
        using ILink dealer = Planes.Connect(parties.Dealer, Role.Dealer, session, options);
        var correlations = new ClientCorrelations(BenchKeys.Of(1));
        ProtocolFigures[] figures = [.. groups.Rows.SelectMany(group => Lead(group, correlations, server, dealer))];
        server.Send(FrameKind.Control, s_go);
        dealer.Send(FrameKind.Control, s_go);
        return figures;
    }

    private static ProtocolFigures[] Lead(ProtocolRow[] group, ICorrelations correlations, ILink server, ILink dealer)
    {
        Console.Error.WriteLine(string.Join(" and ", group.Select(row => $"{row.Name}, {row.Size:N0} elements")));
        RowRun[] runs = [.. group.Select(row => new RowRun(Role.Client, correlations, server, row))];
        double[][] seconds = Paired.Run(runs, group[0].Repeats, 1, run => Task.FromResult(Time(run, server, dealer))).GetAwaiter()
            .GetResult();
        var figures = new ProtocolFigures[group.Length];
        for (int i = 0; i < group.Length; i++)
        {
            long dealt = BinaryPrimitives.ReadInt64LittleEndian(server.Receive(FrameKind.Control, 8));
            ulong[] share = new ulong[runs[i].Result.Words.Length];
            server.Receive(FrameKind.Control, MemoryMarshal.AsBytes(share.AsSpan()));
            var spread = Spread.Of(seconds[i]);
            figures[i] = new ProtocolFigures
            {
                Name = group[i].Name,
                Size = group[i].Size,
                OnlineBytes = runs[i].Cost.Online,
                DealtBytes = dealt,
                Rounds = runs[i].Cost.Rounds,
                Seconds = spread.Median,
                SecondsSpread = spread,
                Ratio = i > 0 ? Spread.OfRatios(seconds[i], seconds[0]) : null,
                MaxError = group[i].Error(runs[i].Result, share),
                ErrorKind = group[i].Relative ? "relative" : "absolute",
            };
            runs[i].Dispose();
        }

        return figures;
    }

    private static double Time(RowRun run, ILink server, ILink dealer)
    {
        server.Receive(FrameKind.Control, 1); // it is ready
        dealer.Receive(FrameKind.Control, 1);
        long start = Stopwatch.GetTimestamp();
        server.Send(FrameKind.Control, s_go);
        dealer.Send(FrameKind.Control, s_go);
        run.Once();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Tell(ILink client, RowRun run)
    {
        byte[] dealt = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(dealt, run.Dealt);
        client.Send(FrameKind.Control, dealt);
        client.Send(FrameKind.Control, MemoryMarshal.AsBytes(run.Result.Words.AsSpan()));
    }
}
