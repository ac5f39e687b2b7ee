using MPCache.Inference;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary>A dealer and a server started for one generation.</summary>
internal sealed class LocalParties : IDisposable
{
    private readonly LocalProcess _dealer, _server;

    private LocalParties(LocalProcess dealer, LocalProcess server) => (_dealer, _server) = (dealer, server);

    public string Dealer => _dealer.Address;

    public string Server => _server.Address;

    public static async Task<LocalParties> Start(string model, CancellationToken cancel)
    {
        Console.Error.WriteLine("starting a dealer and a server; the server loads and calibrates the model");
        LocalProcess dealer = await LocalProcess.Start("dealer", ["--listen", "tcp://127.0.0.1:0", "--once"], cancel);
        try
        {
            return new LocalParties(dealer, await LocalProcess.Start("server", ["--model", model, "--listen", "tcp://127.0.0.1:0", "--dealer", dealer.Address, "--once"], cancel));
        }
        catch
        {
            dealer.Dispose();
            throw;
        }
    }

    /// <summary>Why a child failed, if one did: closer to the cause than what the client saw.</summary>
    public string? Failure
    {
        get
        {
            (string? server, string? dealer) = (_server.Failure, _dealer.Failure);
            return _dealer.Killed ? dealer : server ?? dealer; // a killed process is the cause of what the other says
        }
    }

    public void Dispose()
    {
        _server.Dispose();
        _dealer.Dispose();
    }
}

/// <summary>The client's end: connects, generates, and says goodbye with the reason when something fails.</summary>
internal static class Client
{
    public static GenerationReport Generate(string server, string dealer, int[] prompt, GenerationRequest request, IGenerationObserver observer,
        Func<int[], string> decode, bool insecure, CancellationToken cancel)
    {
        string session = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
        var options = new ChannelOptions { Self = Role.Client, Cancel = cancel, InsecureTransport = insecure };
        using NetMqChannel toServer = NetMqChannel.Connect(server, Role.Server, session, options);
        using NetMqChannel toDealer = NetMqChannel.Connect(dealer, Role.Dealer, session, options);
        return Links.Closing(() => ClientSession.Run(prompt, request, toServer, toDealer, MaskedWeightsFile.DefaultFolder, observer, decode), "client", toServer, toDealer);
    }
}

/// <summary>Ends links with the reason when a session fails, so that every process names the root cause.</summary>
internal static class Links
{
    public static T Closing<T>(Func<T> session, string self, params NetMqChannel[] links)
    {
        try
        {
            return session();
        }
        catch (Exception e)
        {
            string reason = e is OperationCanceledException ? $"the {self} was interrupted" : e.Message;
            foreach (NetMqChannel link in links)
            {
                link.Close(reason);
            }

            throw;
        }
    }
}
