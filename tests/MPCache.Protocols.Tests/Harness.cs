using MPCache.Kernels;
using MPCache.Protocols;

namespace MPCache.Protocols.Tests;

/// <summary>Runs one protocol in every role, in one process, and reports what each saw.</summary>
internal static class Harness
{
    /// <summary>A protocol under test: takes the secret, returns a secret.</summary>
    public delegate ValueTask<Secret> Protocol(Mpc mpc, Secret x);

    /// <summary>What a run gave.</summary>
    /// <param name="Values">The result, reconstructed and sign-extended in its ring.</param>
    /// <param name="Clear">The same protocol's result with the values in the clear.</param>
    /// <param name="Frac">Fractional bits of the result.</param>
    /// <param name="Measured">Rounds and bytes that crossed the links.</param>
    /// <param name="Predicted">What the cost engine says.</param>
    /// <param name="ToServer">Every payload that the client sent.</param>
    /// <param name="ToClient">Every payload that the server sent.</param>
    public sealed record Outcome(
        long[] Values,
        long[] Clear,
        int Frac,
        Cost Measured,
        Cost Predicted,
        List<byte[]> ToServer,
        List<byte[]> ToClient)
    {
        public double[] Reals => [.. Values.Select(v => Math.ScaleB((double)v, -Frac))];
    }

    public static Outcome Run(long[] x, int ring, int frac, Protocol protocol, ulong seed = 1)
    {
        (MemoryChannel clientEnd, MemoryChannel serverEnd) = MemoryChannel.Pair(keeps: true);
        (MemoryChannel dealerEnd, MemoryChannel streamEnd) = MemoryChannel.Pair();
        AesKey clientSeed = Key(seed, 1), serverSeed = Key(seed, 2), coins = Key(seed, 3);
        ulong[] share0 = new ulong[x.Length];
        Kernel.PrgFill(Key(seed, 4), 0, 0, share0);
        ulong[] share1 = [.. x.Select((v, i) => (ulong)v - share0[i])];

        (ulong[] Words, int Ring, int Frac) As(Role role, ICorrelations correlations, IChannel? peer, ulong[]? share, out Cost cost)
        {
            using var mpc = new Mpc(role, correlations, peer, coins);
            (ulong[], int, int) result = mpc.Run(async () =>
            {
                Words input = mpc.Take(x.Length);
                share?.CopyTo(input.Span);
                Secret y = await protocol(mpc, new Secret(input, ring, frac));
                mpc.Correlations.EndStep();
                return (mpc.Computes ? y.Words.Span.ToArray() : [], y.Ring, y.Frac);
            });
            cost = mpc.Tally.Total;
            return result;
        }

        Cost clientCost = default, serverCost = default, predicted, ignored;
        Task<(ulong[] Words, int Ring, int Frac)> client = Long(
            () => As(Role.Client, new ClientCorrelations(clientSeed), clientEnd, share0, out clientCost));
        Task<(ulong[] Words, int Ring, int Frac)> server =
            Long(() => As(
                Role.Server,
                new ServerCorrelations(serverSeed, new CorrectionReader(streamEnd)),
                serverEnd,
                share1,
                out serverCost));
        Task<(ulong[] Words, int Ring, int Frac)> dealer =
            Long(() => As(
                Role.Dealer,
                new DealerCorrelations(clientSeed, serverSeed, new CorrectionWriter(dealerEnd)),
                null,
                null,
                out Cost _));
        Task.WaitAll([client, server, dealer], TimeSpan.FromSeconds(60));
        (ulong[] w0, int outRing, int outFrac) = client.Result;
        ulong[] w1 = server.Result.Words;
        ulong[] clear = As(Role.Clear, new ClearCorrelations(), null, [.. x.Select(v => (ulong)v)], out ignored).Words;
        As(Role.Cost, new CostCorrelations(), null, null, out predicted);

        // Rounds as the wire shows them cannot be told from messages alone: each party's own books say, and must agree.
        Assert.Equal(clientCost.Rounds, serverCost.Rounds);
        var measured = new Cost(clientCost.Rounds, clientEnd.Traffic.PayloadSent, clientEnd.Traffic.PayloadReceived,
            dealerEnd.Traffic.PayloadSent - (4 * dealerEnd.Traffic.MessagesSent / 2));
        Assert.True(clientEnd.Traffic.MessagesSent <= measured.Rounds && clientEnd.Traffic.MessagesReceived <= measured.Rounds);
        Assert.True(Math.Max(clientEnd.Traffic.MessagesSent, clientEnd.Traffic.MessagesReceived) * 2 >= measured.Rounds);
        return new Outcome(
            [.. w0.Select((w, i) => SignExtend(w + w1[i], outRing))],
            [.. clear.Select(w => SignExtend(w, outRing))],
            outFrac,
            measured,
            predicted,
            clientEnd.Sent,
            serverEnd.Sent);
    }

    public static AesKey Key(ulong seed, byte purpose)
    {
        byte[] key = new byte[16];
        BitConverter.TryWriteBytes(key, seed);
        key[15] = purpose;
        return new AesKey(key);
    }

    public static long SignExtend(ulong word, int ring) => (long)(word << (64 - ring)) >> (64 - ring);

    private static Task<T> Long<T>(Func<T> work)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
