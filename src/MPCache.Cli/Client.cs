using MPCache.Client;
using MPCache.Inference;
using MPCache.Models;

namespace MPCache.Cli;

/// <summary>The client's end of a command.</summary>
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
        ClientOptions client, LinkChoice links, CancellationToken cancel) =>
        links.Parties(server, dealer).Generate(prompt, request, client, observer, watch: null, cancel);
}
