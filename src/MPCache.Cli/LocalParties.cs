using MPCache.Inference;
using MPCache.Models;
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

    public static async Task<LocalParties> Start(string model, DataPlane plane, CancellationToken cancel)
    {
        Console.Error.WriteLine("starting a dealer and a server; the server loads and calibrates the model");
        LocalProcess dealer = await LocalProcess.Start("dealer", ["--listen", "tcp://127.0.0.1:0", "--transport", plane.Word(), "--once"], cancel);
        try
        {
            string[] arguments = ["--model", model, "--listen", "tcp://127.0.0.1:0", "--dealer", dealer.Address, "--transport", plane.Word(), "--once", .. ServerCommand.AllowAll];
            return new LocalParties(dealer, await LocalProcess.Start("server", arguments, cancel));
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
    /// <summary>A client with the tokenizer of a model file; null where tokens mean nothing.</summary>
    public static ClientOptions Options(ModelFile? tokenizer) => new()
    {
        Folder = MaskedWeightsFile.DefaultFolder,
        Decode = tokenizer is null ? _ => "" : tokens => tokenizer.Tokenizer.Decode(tokens),
        EndTokens = tokenizer is null ? [] : [.. tokenizer.Tokenizer.EndTokens],
    };

    public static GenerationReport Generate(string server, string dealer, int[] prompt, GenerationRequest request, IGenerationObserver observer,
        ClientOptions client, LinkChoice links, CancellationToken cancel)
    {
        string session = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
        var options = new ChannelOptions { Self = Role.Client, Cancel = cancel, InsecureTransport = links.Insecure, Plane = links.Plane };
        using ILink toServer = Planes.Connect(server, Role.Server, session, options with { Shape = links.Shape });
        using ILink toDealer = Planes.Connect(dealer, Role.Dealer, session, options with { Shape = links.DealerShape });
        GenerationReport report = Links.Closing(() => ClientSession.Run(prompt, request, client, toServer, toDealer, observer), Role.Client, toServer, toDealer);
        return report with { Transport = links.Plane.Word(), Link = links.Shape is { } l ? new LinkLine(l.RoundTripMs, l.MegabitsPerSecond, l.Dealer) : null };
    }
}

/// <summary>What carries a session's messages, and the slower link that it acts like.</summary>
internal sealed record LinkChoice(DataPlane Plane, LinkSpeed? Shape, bool Insecure = false)
{
    /// <summary>What the dealer's links act like.</summary>
    public LinkSpeed? DealerShape => OfDealer(Shape);

    /// <summary>What the dealer's links act like where the client's link to the server acts like this.</summary>
    public static LinkSpeed? OfDealer(LinkSpeed? shape) => shape is { Dealer: true } ? shape : null;
}

/// <summary>Ends links with the reason when a session fails, so that every process names the root cause. Peers get one of a few fixed sentences, never this process's own words.</summary>
internal static class Links
{
    public static T Closing<T>(Func<T> session, Role self, params ILink[] links)
    {
        try
        {
            return session();
        }
        catch (Exception e)
        {
            string reason = EndReasons.Sentence(EndReasons.Of(e), self);
            foreach (ILink link in links)
            {
                link.Close(reason);
            }

            throw;
        }
    }
}
