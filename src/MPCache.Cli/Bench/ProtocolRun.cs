using System.Diagnostics;
using MPCache.Kernels;
using MPCache.Protocols;

namespace MPCache.Cli;

/// <summary>One role's run of the benchmark's rows. The client starts every repetition, at the dealer and the server alike, so nothing is dealt ahead.</summary>
internal sealed class ProtocolRun(Role role, ICorrelations correlations, IChannel? peer, IReadOnlyList<IChannel> follow)
{
    private static readonly byte[] Go = [1];

    /// <summary>What the client sees of a row.</summary>
    public readonly record struct Outcome(double Seconds, Cost Cost, ulong[] Share, int Ring, int Frac);

    /// <summary>Runs a row as the client: <paramref name="peer"/> is the server, the links to follow are those that wait for its word.</summary>
    public Outcome Lead(ProtocolRow row)
    {
        ulong[] input = Share(row);
        Func<Mpc, Secret, ValueTask<Secret>> program = row.Program(role);
        using var mpc = new Mpc(role, correlations, peer, BenchKeys.Of(3));
        var seconds = new List<double>();
        (ulong[] Words, int Ring, int Frac) result = ([], 0, 0);
        Cost before = default, cost = default;
        for (int i = 0; i <= row.Repeats; i++)
        {
            foreach (IChannel link in follow)
            {
                link.Receive(FrameKind.Control, 1); // it is ready
            }

            long start = Stopwatch.GetTimestamp();
            foreach (IChannel link in follow)
            {
                link.Send(FrameKind.Control, Go);
            }

            result = Once(mpc, row, program, input);
            if (i > 0)
            {
                seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }

            (cost, before) = (mpc.Measured - before, mpc.Measured);
        }

        seconds.Sort();
        return new Outcome(seconds[seconds.Count / 2], cost, result.Words, result.Ring, result.Frac);
    }

    /// <summary>Runs a row as the server or the dealer: waits for the client's word before each repetition.</summary>
    /// <returns>This role's share of the last result, and the bytes dealt for it.</returns>
    public (ulong[] Share, long Dealt) Follow(ProtocolRow row)
    {
        ulong[] input = Share(row);
        Func<Mpc, Secret, ValueTask<Secret>> program = row.Program(role);
        using var mpc = new Mpc(role, correlations, peer, BenchKeys.Of(3));
        ulong[] share = [];
        long before = 0;
        for (int i = 0; i <= row.Repeats; i++)
        {
            before = correlations.Dealt;
            follow[0].Send(FrameKind.Control, Go);
            follow[0].Receive(FrameKind.Control, 1);
            share = Once(mpc, row, program, input).Words;
        }

        return (share, correlations.Dealt - before);
    }

    private static (ulong[] Words, int Ring, int Frac) Once(Mpc mpc, ProtocolRow row, Func<Mpc, Secret, ValueTask<Secret>> program, ulong[] input)
    {
        mpc.Arena.Release(Arena.Bottom);
        return mpc.Run(async () =>
        {
            Words x = mpc.Take(input.Length);
            if (mpc.Computes)
            {
                input.CopyTo(x.Span);
            }

            Secret y = await program(mpc, new Secret(x, row.Ring, row.Frac));
            mpc.Correlations.Flush();
            return (mpc.Computes ? y.Words.Span.ToArray() : [], y.Ring, y.Frac);
        });
    }

    /// <summary>This role's share of the input: the client's is random, the server's is the rest; the dealer has its shape.</summary>
    private ulong[] Share(ProtocolRow row)
    {
        long[] x = row.Inputs();
        ulong[] share = new ulong[x.Length];
        Kernels.Kernel.PrgFill(BenchKeys.Of(4), 0, 0, share);
        for (int i = 0; role == Role.Server && i < x.Length; i++)
        {
            share[i] = (ulong)x[i] - share[i];
        }

        return share;
    }
}
