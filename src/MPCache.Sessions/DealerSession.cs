using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>The dealer's part of one generation: it runs the program ahead of the parties, as far as the link's back-pressure lets it.</summary>
public sealed class DealerSession : IDisposable
{
    private (string Id, WeightMask Mask)? _mask; // kept between sessions of one model

    /// <summary>Deals for one client and one server over links that are already up, until the server has what it needs.</summary>
    public void Run(IChannel client, IChannel server, Action<string>? log = null)
    {
        byte[] clientSeed = RandomSeed(), serverSeed = RandomSeed(), coins = RandomSeed();
        client.Tell(new PartySeed(Convert.ToHexString(clientSeed), Convert.ToHexString(coins)));
        server.Tell(new PartySeed(Convert.ToHexString(serverSeed), Convert.ToHexString(coins)));
        DealerModel model = server.Hear<DealerModel>();
        ModelConfig config = model.Model.Config;
        GenerationRequest request = client.Hear<GenerationRequest>();
        request.Check(config);
        if (_mask is not { } kept || kept.Id != model.Model.MaskId)
        {
            _mask?.Mask.Dispose();
            log?.Invoke($"expanding the mask of {config.Name}");
            _mask = (model.Model.MaskId, new WeightMask(config, new AesKey(Convert.FromHexString(model.MaskSeed))));
        }

        var correlations = new DealerCorrelations(new AesKey(clientSeed), new AesKey(serverSeed), new CorrectionWriter(server));
        using var mpc = new Mpc(Role.Dealer, correlations, null, new AesKey(coins));
        using var program = new SecretProgram(mpc, config, model.Model.Plan, new MaskedModelWeights(config, model.Model.Plan, _mask.Value.Mask.Start), request);
        log?.Invoke($"dealing for a prompt of {request.PromptTokens} tokens");
        DecodeMeter? meter = null;
        try
        {
            program.Prefill(new int[request.PromptTokens]);
            meter = new DecodeMeter(mpc);
            for (int i = 1; i < request.MaxTokens; i++)
            {
                program.Decode(0);
            }
        }
        catch (ChannelException e) when (e.PeerFinished)
        {
            // The text ended before the token limit: what was dealt ahead is dropped with the session's seeds.
        }

        client.Hear<string>(); // the client is done
        client.Tell(ProcessMeter.Report([correlations.Dealt]) with { Decode = meter?.Read() ?? new(0, 0, 0, 0) });
    }

    private static byte[] RandomSeed() => System.Security.Cryptography.RandomNumberGenerator.GetBytes(16);

    /// <inheritdoc/>
    public void Dispose() => _mask?.Mask.Dispose();
}
