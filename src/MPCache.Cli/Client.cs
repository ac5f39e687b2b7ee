using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

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

    /// <summary>Generates; without a dealer's address, with the client's packs.</summary>
    public static GenerationReport Generate(string server, string? dealer, int[] prompt, GenerationRequest request,
        IGenerationObserver observer,
        ClientOptions client, LinkChoice links, CancellationToken cancel)
    {
        string session = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        var options = new ChannelOptions { Self = Role.Client, Cancel = cancel, Keys = links.Ring, Plane = links.Plane };
        using ILink toServer = Planes.Connect(server, Role.Server, session, options with { Shape = links.Shape });
        using ILink? toDealer = dealer is null ? null : Planes.Connect(dealer, Role.Dealer, session, options with
        {
            Shape = links.DealerShape,
            Partner = toServer.PeerKey,
            WhileConnecting = toServer.Watch,
        });
        GenerationReport report = Links.Closing(() => ClientSession.Run(prompt, request, client, toServer, toDealer, observer),
            Role.Client, toDealer is null ? [toServer] : [toServer, toDealer]);
        return report with { Transport = links.Plane.Word(), Link = links.Line };
    }
}
