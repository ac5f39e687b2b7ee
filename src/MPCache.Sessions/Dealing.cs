using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>The dealer's run of one generation: for a server that waits, for a pack, or to check a pack.</summary>
internal sealed class Dealing : IDisposable
{
    private readonly AesKey _client, _server, _coins;
    private readonly GenerationRequest _request;

    /// <summary>A run that has dealt nothing yet.</summary>
    /// <param name="model">The public model.</param>
    /// <param name="request">What is dealt for.</param>
    /// <param name="weights">B.</param>
    /// <param name="seeds">The client's and the server's seed and the coins, 16 bytes each.</param>
    /// <param name="writer">Where corrections go.</param>
    public Dealing(PublicModel model, GenerationRequest request, WeightMask weights, DealtSeeds seeds, CorrectionWriter writer)
    {
        _request = request;
        (_client, _server, _coins) = (new AesKey(seeds.Client), new AesKey(seeds.Server), new AesKey(seeds.Coins));
        Correlations = new DealerCorrelations(_client, _server, writer);
        Mpc = new Mpc(Role.Dealer, Correlations, null, _coins);
        Program = new SecretProgram(
            Mpc,
            model.Config,
            model.Plan,
            new MaskedModelWeights(model.Config, model.Plan, weights.Start),
            request);
    }

    public DealerCorrelations Correlations { get; }

    public Mpc Mpc { get; }

    public SecretProgram Program { get; }

    /// <summary>Deals for the prompt and its first token.</summary>
    public void Prompt() => Program.Prefill(new int[_request.PromptTokens]);

    /// <summary>Deals for all further tokens, where passes have one token each.</summary>
    public void Tokens()
    {
        for (int i = 1; i < _request.MaxTokens; i++)
        {
            Program.Decode(0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Program.Dispose();
        Mpc.Dispose();
        _client.Dispose();
        _server.Dispose();
        _coins.Dispose();
    }
}
