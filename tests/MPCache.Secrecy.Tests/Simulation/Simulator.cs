using MPCache.Kernels;

namespace MPCache.Secrecy.Tests;

/// <summary>
/// The argument of secrecy, carried out: a generation is recorded as one party sees it, and for another secret of the other party that
/// party's randomness is solved for under which the view is the same, bit by bit. Randomness is uniform and the solution is one to one, so
/// both secrets give the view with the same probability.
/// </summary>
internal static class Simulator
{
    private const int SeedOfClient = 1, SeedOfServer = 2, Free = 7;

    /// <summary>A recorded generation.</summary>
    public sealed record Recording(Generation.Transcript Transcript, List<RecordedDraw> Client, List<RecordedDraw> Server);

    /// <summary>The streams of honest parties.</summary>
    public static (StreamOf Client, StreamOf Server) Honest(int seed)
        => (Streams.Of(Streams.Key(seed, SeedOfClient)), Streams.Of(Streams.Key(seed, SeedOfServer)));

    /// <summary>A generation over such streams, or over others.</summary>
    public static Recording Record(Generation generation, StreamOf client, StreamOf server)
    {
        var ofClient = new RecordingCorrelations(new StreamCorrelations(Role.Client, client));
        RecordingCorrelations ofServer = null!;
        Generation.Transcript transcript = generation.Run(
            ofClient,
            reader => ofServer = new RecordingCorrelations(new StreamCorrelations(Role.Server, server: server, reader: reader)),
            writer => new StreamCorrelations(Role.Dealer, client, server, writer: writer),
            mpc => (mpc.Correlations as RecordingCorrelations)?.Watch(mpc));
        return new Recording(transcript, ofClient.All, ofServer.All);
    }

    /// <summary>
    /// Solves for the streams of the party that has another secret in <paramref name="other"/>, such that the peer sees what was recorded.
    /// </summary>
    /// <param name="recorded">What was seen.</param>
    /// <param name="other">The generation with the other secret.</param>
    /// <param name="hidden">The party that has it.</param>
    /// <exception cref="SimulationException">There are none.</exception>
    public static Solution Solve(Recording recorded, Generation other, Role hidden)
    {
        AesKey free = Streams.Key(1, Free);
        bool client = hidden == Role.Client;
        var solving = client
            ? new SolvingCorrelations(hidden, recorded.Server, recorded.Client, free)
            : new SolvingCorrelations(hidden, recorded.Client, recorded.Server, free);
        (List<byte[]> up, List<byte[]> down) = (recorded.Transcript.ToServer, recorded.Transcript.ToClient);
        using var peer = new RecordedPeer(solving, client ? up : down, client ? down : up);
        int[] tokens = other.Of(hidden, solving, peer, solving.Watch);
        return peer.IsOver
            ? new Solution(solving.Streams, tokens, solving.Arranged)
            : throw new SimulationException("Fewer messages were sent than recorded.");
    }

    /// <summary>What was solved for.</summary>
    /// <param name="Streams">The party's streams.</param>
    /// <param name="Tokens">What it learnt with them.</param>
    /// <param name="Arranged">Permutations that were chosen so that other rows stand in the recorded order.</param>
    public sealed record Solution(StreamOf Streams, int[] Tokens, int Arranged);
}
