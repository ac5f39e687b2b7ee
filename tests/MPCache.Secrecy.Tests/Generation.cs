using MPCache.Inference;
using MPCache.Kernels;

namespace MPCache.Secrecy.Tests;

/// <summary>One whole generation between three roles, each over correlations of the test's choice, with all bytes of all links.</summary>
/// <param name="Parties">The model.</param>
/// <param name="Request">Sizes and policy.</param>
/// <param name="Prompt">The client's.</param>
internal sealed record Generation(TinyParties Parties, GenerationRequest Request, int[] Prompt)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    /// <summary>What a generation put on the links, frame by frame, and what the client got.</summary>
    public sealed record Transcript(List<byte[]> ToServer, List<byte[]> ToClient, byte[] Corrections, int[] Tokens);

    /// <summary>Seeds' number of the session's public coins.</summary>
    public int Coins { get; init; } = 3;

    /// <summary>How the client draws tokens; null: the largest logit.</summary>
    public SamplingOptions? Sampling { get; init; }

    /// <summary>Guessed tokens that each pass runs beside its own, and that leave the caches again.</summary>
    public int WrongGuesses { get; init; }

    /// <summary>Runs all three.</summary>
    /// <param name="client">The client's correlations.</param>
    /// <param name="server">The server's, over the stream of corrections.</param>
    /// <param name="dealer">The dealer's, over its end.</param>
    /// <param name="watch">Called with each party's run before it starts.</param>
    public Transcript Run(
        ICorrelations client,
        Func<CorrectionReader, ICorrelations> server,
        Func<CorrectionWriter, ICorrelations> dealer,
        Action<Mpc>? watch = null)
    {
        (MemoryChannel clientEnd, MemoryChannel serverEnd) = MemoryChannel.Pair(keeps: true);
        (MemoryChannel dealerEnd, MemoryChannel streamEnd) = MemoryChannel.Pair(keeps: true);
        Task<int[]> asClient = Long(() => Of(Role.Client, client, clientEnd, watch), clientEnd);
        Task asServer = Long(() => Of(Role.Server, server(new CorrectionReader(streamEnd)), serverEnd, watch), serverEnd);
        Task asDealer = Long(() => Of(Role.Dealer, dealer(new CorrectionWriter(dealerEnd)), null, watch), dealerEnd);
        if (!Task.WaitAll([asClient, asServer, asDealer], s_patience))
        {
            throw new TimeoutException("A role did not end.");
        }

        return new Transcript(clientEnd.Sent, serverEnd.Sent, Corrections(dealerEnd.Sent), asClient.Result);
    }

    /// <summary>The corrections alone: the dealer needs nobody.</summary>
    public byte[] Deal(StreamOf client, StreamOf server)
    {
        using var sink = new Sink();
        Of(Role.Dealer, new StreamCorrelations(Role.Dealer, client, server, writer: new CorrectionWriter(sink)), null, null);
        return Corrections(sink.Sent);
    }

    /// <summary>Frames alternate: a piece's length, its bytes.</summary>
    private static byte[] Corrections(List<byte[]> frames) => [.. frames.Where((_, i) => i % 2 == 1).SelectMany(f => f)];

    /// <summary>The same over the streams of a client and a server, honest or not.</summary>
    public Transcript Run(StreamOf client, StreamOf server, Action<Mpc>? watch = null) => Run(
        new StreamCorrelations(Role.Client, client),
        reader => new StreamCorrelations(Role.Server, server: server, reader: reader),
        writer => new StreamCorrelations(Role.Dealer, client, server, writer: writer),
        watch);

    /// <summary>One role's run: the tokens, where it knows them.</summary>
    public int[] Of(Role role, ICorrelations correlations, IChannel? peer, Action<Mpc>? watch)
    {
        using AesKey coins = Streams.Key(Coins, 3);
        using var mpc = new Mpc(role, correlations, peer, coins);
        watch?.Invoke(mpc);
        using Sampler? sampler = role == Role.Client && Sampling is not null ? new Sampler(Sampling) : null;
        using var program = new SecretProgram(mpc, Parties.Config, Parties.Plan, Parties.Of(role), Request, sampler);
        List<int> tokens = [program.Prefill(role == Role.Client ? Prompt : new int[Prompt.Length])];
        while (tokens.Count + WrongGuesses < Request.MaxTokens)
        {
            int[] guesses = [.. Enumerable.Range(1, WrongGuesses).Select(g => role == Role.Client ? tokens[^1] ^ g : 0)];
            tokens.Add(program.Decode([role == Role.Client ? tokens[^1] : 0, .. guesses])[0]);
            program.Keep(1);
        }

        return [.. tokens];
    }

    private static Task<T> Long<T>(Func<T> work, MemoryChannel link) => Task.Factory.StartNew(
        () =>
        {
            try
            {
                return work();
            }
            catch
            {
                link.Break(); // the others must not wait
                throw;
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
