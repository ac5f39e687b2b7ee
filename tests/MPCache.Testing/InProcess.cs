using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;
using MPCache.Sessions;

namespace MPCache.Testing;

/// <summary>
/// Client, server and dealer in one process, each on a thread of its own, over links in memory. Any of the three may be replaced by
/// somebody dishonest.
/// </summary>
/// <param name="model">The server's.</param>
/// <param name="file">Where the client's tokenizer is from.</param>
/// <param name="folder">Where the client keeps masked weights.</param>
public sealed class InProcess(ServerModel model, ModelFile file, string folder)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>What the server allows: everything, unless a test says otherwise.</summary>
    public ServerTerms Terms { get; init; } = new() { AllowLogits = true, AllowFilledCache = true };

    /// <summary>Whether all tokens are run, wherever the text ends.</summary>
    public bool FixedLength { get; init; }

    /// <summary>How the client draws tokens.</summary>
    public SamplingOptions Sampling { get; init; } = SamplingOptions.Greedy;

    /// <summary>Who guesses tokens.</summary>
    public IDrafter? Drafter { get; init; }

    /// <summary>Whether each pass has all its rows.</summary>
    public bool FullPasses { get; init; }

    /// <summary>Strings that end the text.</summary>
    public string[] Stop { get; init; } = [];

    /// <summary>Tokens that end the text; null: the file's.</summary>
    public int[]? EndTokens { get; init; }

    /// <summary>The server's part: link to the client, link to the dealer.</summary>
    public Action<IChannel, IChannel>? Server { get; init; }

    /// <summary>The dealer; it may be used again.</summary>
    public DealerSession Dealer { get; init; } = new();

    /// <summary>What the server and the dealer threw, once a run is over.</summary>
    public Exception? ServerFailure { get; private set; }

    /// <inheritdoc cref="ServerFailure"/>
    public Exception? DealerFailure { get; private set; }

    /// <summary>Tokens that the server ran.</summary>
    public int ServerTokens { get; private set; }

    /// <summary>Frames that the dealer sent to the server.</summary>
    public IReadOnlyList<byte[]> DealtFrames { get; private set; } = [];

    /// <summary>Frames that the client sent to the server.</summary>
    public IReadOnlyList<byte[]> ClientFrames { get; private set; } = [];

    /// <summary>Frames that the server sent to the client.</summary>
    public IReadOnlyList<byte[]> ServerFrames { get; private set; } = [];

    /// <summary>Runs one generation to its end.</summary>
    /// <exception cref="TimeoutException">A role did not end.</exception>
    public GenerationReport Generate(GenerationRequest request, int[] prompt) => Generate((server, dealer) =>
        ClientSession.Run(prompt, request, Client, server, dealer, new Silent()));

    /// <summary>The honest client's options.</summary>
    public ClientOptions Client => new()
    {
        Folder = folder,
        Decode = ids => file.Tokenizer.Decode(ids),
        EndTokens = EndTokens ?? [.. file.Config.EndTokens],
        FixedLength = FixedLength,
        Sampling = Sampling,
        Stop = Stop,
        Drafter = Drafter,
        FullPasses = FullPasses,
    };

    /// <summary>The same with a client of the test's own: link to the server, link to the dealer.</summary>
    public T Generate<T>(Func<IChannel, IChannel, T> client)
    {
        (MemoryChannel clientServer, MemoryChannel serverClient) = MemoryChannel.Pair(keeps: true);
        (MemoryChannel clientDealer, MemoryChannel dealerClient) = MemoryChannel.Pair();
        (MemoryChannel serverDealer, MemoryChannel dealerServer) = MemoryChannel.Pair(keeps: true);
        Action<IChannel, IChannel> server = Server ?? ((c, d) => ServerTokens = ServerSession.Run(model, Terms, c, d));
        Task<Exception?> dealing = Role(() => Dealer.Run(dealerClient, dealerServer), dealerClient, dealerServer);
        Task<Exception?> serving = Role(() => server(serverClient, serverDealer), serverClient, serverDealer);
        try
        {
            T result = default!;
            Exception? failure = Role(() => result = client(clientServer, clientDealer), clientServer, clientDealer).GetAwaiter()
                .GetResult();
            if (failure is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            }

            return result;
        }
        finally
        {
            if (!Task.WaitAll([dealing, serving], s_patience))
            {
                throw new TimeoutException("The server or the dealer did not end.");
            }

            (DealerFailure, ServerFailure) = (dealing.Result, serving.Result);
            (DealtFrames, ClientFrames, ServerFrames) = (dealerServer.Sent, clientServer.Sent, serverClient.Sent);
        }
    }

    /// <summary>Runs a role; its links break with it, as a process's would.</summary>
    private static Task<Exception?> Role(Action run, params MemoryChannel[] links) => Task.Factory.StartNew(
        () =>
        {
            try
            {
                run();
                return null;
            }
            catch (Exception e)
            {
                foreach (MemoryChannel link in links)
                {
                    link.Break();
                }

                return e;
            }
        },
        TaskCreationOptions.LongRunning);

    private sealed class Silent : IGenerationObserver
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
