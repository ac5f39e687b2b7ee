using MPCache.Kernels;

namespace MPCache.Protocols.Tests;

/// <summary>No message leaves under a mask that has covered another, is too short, or is no mask.</summary>
public sealed class MaskLedgerTests
{
    private static readonly AesKey Key = new(new byte[16]);

    [Fact]
    public void AMaskCoversOneMessage()
    {
        string message = Refused(async (mpc, x) =>
        {
            Words mask = mpc.Correlations.Mask(x.Length);
            await mpc.OpenUnder(x, mask, 64);
            await mpc.OpenUnder(x, mask, 64);
        });
        Assert.Contains("has covered another", message);
    }

    [Fact]
    public void AMaskCoversOneMessageOfAProtocolsToo()
    {
        // The mask of a masked value was spent when the value was opened.
        string message = Refused(async (mpc, x) =>
        {
            Masked masked = await mpc.Mask(new Secret(x, 64, 0));
            await mpc.OpenUnder(x, masked.A, 64);
        });
        Assert.Contains("has covered another", message);
    }

    [Fact]
    public void APadIsNoMask() => Assert.Contains("pad", Refused(async (mpc, x) =>
    {
        Words mask = mpc.Correlations.Mask(x.Length);
        await mpc.OpenUnder(x, mpc.Correlations.Product(mask, mask, 64), 64);
    }));

    [Fact]
    public void AShortMaskIsRefused()
        => Assert.Contains("under a mask of", Refused(async (mpc, x) => await mpc.OpenUnder(x, mpc.Correlations.Mask(x.Length - 1), 64)));

    [Fact]
    public void OtherWordsAreNoMask()
        => Assert.Contains("no source of correlations", Refused(async (mpc, x) => await mpc.OpenUnder(x, mpc.Zeros(x.Length), 64)));

    [Fact]
    public void AMaskOfAnEarlierStepIsRefused() => Assert.Contains("in this step", Refused(async (mpc, x) =>
    {
        Words mask = mpc.Correlations.Mask(x.Length);
        mpc.Correlations.EndStep();
        await mpc.OpenUnder(x, mask, 64);
    }));

    [Fact]
    public void BitsAreCoveredAlike() => Assert.Contains("has covered another", Refused(async (mpc, x) =>
    {
        Words mask = mpc.Correlations.BitMask(x.Length * 64L);
        await mpc.OpenMasked(x, mask);
        await mpc.OpenMasked(x, mask);
    }));

    [Fact]
    public void AMaskThatIsNotHeldCoversNothing() => Assert.Contains("does not hold", Refused(
        async (mpc, x) => await mpc.OpenUnder(x, Words.Shape(x.Length), 64)));

    private static string Refused(Func<Mpc, Words, ValueTask> protocol)
    {
        (MemoryChannel client, MemoryChannel server) = MemoryChannel.Pair(keeps: true);
        server.Send(FrameKind.Round, new byte[8 * 16]); // of a first opening of 16 words, where there is one
        using var mpc = new Mpc(Role.Client, new ClientCorrelations(Key), client, Key);
        string message = Assert.Throws<InvalidOperationException>(() => mpc.Run(async () =>
        {
            await protocol(mpc, mpc.Zeros(16));
            return 0;
        })).Message;
        Assert.True(client.Sent.Count <= 1);
        return message;
    }
}
