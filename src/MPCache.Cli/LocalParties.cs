using System.Reflection;
using MPCache.Inference;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary>A dealer and a server started on this machine, as processes of their own.</summary>
internal sealed class LocalParties : IDisposable
{
    private readonly LocalProcess _dealer, _server;

    private LocalParties(LocalProcess dealer, LocalProcess server) => (_dealer, _server) = (dealer, server);

    public string Dealer => _dealer.Address;

    public string Server => _server.Address;

    /// <summary>Starts those of a model.</summary>
    /// <param name="model">Its file or folder.</param>
    /// <param name="links">What carries their messages.</param>
    /// <param name="once">Whether they end after one session.</param>
    /// <param name="cancel">Stops waiting for them.</param>
    public static Task<LocalParties> Start(string model, LinkChoice links, bool once, CancellationToken cancel)
    {
        Console.Error.WriteLine("starting a dealer and a server; the server loads and calibrates the model");
        string[] common = ["--listen", "tcp://127.0.0.1:0", "--transport", links.Plane.Word(), .. once ? ["--once"] : (string[])[],
            .. links.Insecure ? ["--insecure-transport"] : (string[])[]];
        return Start(typeof(LocalParties).Assembly, ["dealer", .. common], dealer => ["server", "--model", model, "--dealer", dealer,
            .. common, .. ServerCommand.AllowAll], cancel);
    }

    /// <summary>Starts a program twice.</summary>
    /// <param name="program">The program.</param>
    /// <param name="dealer">The dealer's command and options.</param>
    /// <param name="server">The server's, given the dealer's address.</param>
    /// <param name="cancel">Stops waiting for them.</param>
    /// <exception cref="IOException">One ended instead; the message holds what it said.</exception>
    public static async Task<LocalParties> Start(Assembly program, string[] dealer, Func<string, string[]> server, CancellationToken cancel)
    {
        LocalProcess dealing = await LocalProcess.Start(program, "dealer", dealer, cancel);
        try
        {
            return new LocalParties(dealing, await LocalProcess.Start(program, "server", server(dealing.Address), cancel));
        }
        catch
        {
            dealing.Dispose();
            throw;
        }
    }

    /// <summary>Generates with them.</summary>
    /// <exception cref="IOException">One failed: its own words come first.</exception>
    public Task<GenerationReport> Generate(
        int[] prompt, GenerationRequest request, IGenerationObserver observer, ClientOptions client, LinkChoice links,
            CancellationToken cancel) =>
        Run(() => Client.Generate(Server, Dealer, prompt, request, observer, client, links, cancel), cancel);

    /// <summary>Runs a client of them, on a thread of its own.</summary>
    /// <exception cref="IOException">One failed: its own words come first.</exception>
    public async Task<T> Run<T>(Func<T> client, CancellationToken cancel)
    {
        try
        {
            return await Task.Run(client, CancellationToken.None);
        }
        catch (Exception e) when (e is not OperationCanceledException && !OwnFile(e) && !cancel.IsCancellationRequested
            && Failure is { } words)
        {
            throw new IOException($"{words} (seen here as: {e.Message})", e);
        }
    }

    /// <summary>This process could not read or write a file: what the others say follows from that.</summary>
    private static bool OwnFile(Exception e) => e is UnauthorizedAccessException or (IOException and not ChannelException);

    /// <summary>Why they cannot answer any more; null while both run. Does not wait.</summary>
    public string? Ended => _dealer.HasEnded || _server.HasEnded ? Failure ?? "the server or the dealer has ended" : null;

    // Why one failed, if one did: closer to the cause than what the client saw. A killed process is the cause of what the other says.
    private string? Failure
    {
        get
        {
            (string? server, string? dealer) = (_server.Failure, _dealer.Failure);
            return _dealer.Killed ? dealer : server ?? dealer;
        }
    }

    public void Dispose()
    {
        _server.Dispose();
        _dealer.Dispose();
    }
}
