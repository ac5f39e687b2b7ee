using MPCache.Inference;
using MPCache.Protocols;
using MPCache.Sessions;

namespace MPCache.Attacks.Tests;

/// <summary>Clients that ask for more than they are granted, and what an honest protocol gives away beyond its result.</summary>
public sealed class DishonestClientTests(Victim victim) : IClassFixture<Victim>
{
    public static TheoryData<string, GenerationRequest> Wishes => new()
    {
        { "--allow-logits", Victim.Request with { Reveal = "logits" } },
        { "--allow-filled-cache", Victim.Request with { FillCache = true } },
        { "--max-prompt-tokens", Victim.Request with { PromptTokens = 5 } },
        { "--max-new-tokens", Victim.Request with { MaxTokens = 4 } },
    };

    [Theory]
    [MemberData(nameof(Wishes))]
    public void TheServerGrantsWhatItsOwnerAllows(string option, GenerationRequest request)
    {
        InProcess parties = new(victim.Model, victim.File, victim.Folder.Path)
        {
            Terms = new ServerTerms { MaxPromptTokens = 4, MaxNewTokens = 3 }
        };
        Assert.ThrowsAny<IOException>(() => parties.Generate(request, [.. Enumerable.Repeat(5, request.PromptTokens)]));
        SessionException e = Assert.IsType<SessionException>(parties.ServerFailure);
        Assert.Equal(EndReason.NotAllowed, e.Reason);
        Assert.Contains(option, e.Message);
        Assert.Empty(parties.DealtFrames);
    }

    [Fact]
    public void MoreTokensThanAskedForAreRefused()
    {
        // Were they run, the dealer's stream would have ended and the last masks served twice.
        InProcess parties = victim.Parties;
        Assert.ThrowsAny<IOException>(() => parties.Generate((server, dealer) =>
            ClientSession.Run(Victim.Prompt, Victim.Request, victim.Parties.Client, new Insisting(server), dealer, new Nobody())));
        Assert.Equal(EndReason.OutOfTurn, Assert.IsType<SessionException>(parties.ServerFailure).Reason);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    [InlineData(1000)]
    public void ArgmaxTellsTheClientTheIndexAndNoBitMore(int n)
    {
        // Above the index, in the last byte of the message, stood bits of the winning logit.
        int indexBits = Argmax.IndexBits(n);
        for (int run = 0; run < 8; run++)
        {
            byte[] message = [.. LastMessageToClient(n, run)];
            Assert.Equal((indexBits + 7) / 8, message.Length);
            Assert.Equal(0, message[^1] >> (indexBits - (8 * (message.Length - 1))));
        }
    }

    private static byte[] LastMessageToClient(int n, int run)
    {
        (MemoryChannel client, MemoryChannel server) = MemoryChannel.Pair(keeps: true);
        (MemoryChannel dealer, MemoryChannel fromDealer) = MemoryChannel.Pair();
        byte[] seed = new byte[16];
        seed[0] = (byte)run;
        using Kernels.AesKey clientKey = new(seed), serverKey = new([.. seed.Reverse()]), coins = new(new byte[16]);
        Task.WaitAll(
            Task.Run(() =>
            {
                var writer = new CorrectionWriter(dealer);
                using var mpc = new Mpc(Role.Dealer, new DealerCorrelations(clientKey, serverKey, writer), null, coins);
                mpc.Run(() => Program(mpc, n));
                writer.Flush();
            }),
            Task.Run(() =>
            {
                using var mpc = new Mpc(Role.Server, new ServerCorrelations(serverKey, new CorrectionReader(fromDealer)), server, coins);
                mpc.Run(() => Program(mpc, n));
            }),
            Task.Run(() =>
            {
                using var mpc = new Mpc(Role.Client, new ClientCorrelations(clientKey), client, coins);
                mpc.Run(() => Program(mpc, n));
            }));
        return server.Sent[^1];
    }

    private static async ValueTask<int> Program(Mpc mpc, int n)
    {
        const int bits = 12;
        Words words = mpc.Take(n);
        if (mpc.Role is Role.Server or Role.Client)
        {
            for (int i = 0; i < n; i++)
            {
                words.Span[i] = mpc.Role == Role.Server ? (ulong)(i * 7919 % 1000) : 0;
            }
        }

        await mpc.OpenToClient(await mpc.IndexOfLargest(new Secret(words, bits, 0), bits));
        return 0;
    }

    /// <summary>Turns every "no more" into "more".</summary>
    private sealed class Insisting(IChannel inner) : IChannel
    {
        public string Peer => inner.Peer;

        public ChannelTraffic Traffic => inner.Traffic;

        public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
        {
            string text = System.Text.Encoding.UTF8.GetString(payload);
            inner.Send(kind, kind == FrameKind.Control
                ? System.Text.Encoding.UTF8.GetBytes(text.Replace("\"More\":false", "\"More\":true", StringComparison.Ordinal))
                : payload);
        }

        public void Receive(FrameKind kind, Span<byte> payload) => inner.Receive(kind, payload);

        public byte[] Receive(FrameKind kind, int longest) => inner.Receive(kind, longest);

        public void Dispose() => inner.Dispose();
    }

    private sealed class Nobody : IGenerationObserver
    {
        public void Receiving(long bytes, long total)
        {
        }

        public void Ready(PublicModel model)
        {
        }

        public void Prefilled(int tokens, int total)
        {
        }

        public void Token(int id, double seconds)
        {
        }

        public void LeftRange(int token)
        {
        }
    }
}
