using System.Security.Cryptography;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>
/// The dealer's part of generations: it runs the program ahead of the parties, as far as the link's back-pressure lets it.
/// </summary>
/// <param name="mostWeightBytes">Memory for the mask of a model's weights at most, bytes.</param>
public sealed class DealerSession(long mostWeightBytes = long.MaxValue) : IDisposable
{
    // Kept between sessions of one model, under the name that was computed, never one that was claimed.
    private (string Id, WeightMask Mask)? _mask;

    /// <summary>Deals for one client and one server over links that are already up, until the server has what it needs.</summary>
    /// <param name="client">Link to the client.</param>
    /// <param name="server">Link to the server.</param>
    /// <param name="log">Told what happens; sizes only.</param>
    /// <param name="admit">Throws where the server may not be dealt for a model.</param>
    /// <exception cref="SessionException">What the two say makes no sense, or differs: nothing is dealt then.</exception>
    /// <exception cref="ChannelException">A link failed.</exception>
    public void Run(IChannel client, IChannel server, Action<string>? log = null, Action<PublicModel>? admit = null)
    {
        DealerRequest asked = Conversation.RequestForDealer.Hear(client);
        DealerModel told = Conversation.ModelForDealer.Hear(server);
        PublicModel model = told.Model;
        admit?.Invoke(model);
        GenerationRequest request = asked.Request;
        request.Check(model.Config);
        string commitment = Conversation.Commitment(model, request);
        if (asked.Commitment != commitment || told.Commitment != commitment)
        {
            throw new SessionException(EndReason.Disagreement,
                "The client and the server told the dealer different models or requests. One of them is faulty or dishonest; nothing was "
                    + "dealt.");
        }

        WeightMask weights = MaskOf(told, log);
        byte[] clientSeed = RandomNumberGenerator.GetBytes(16), serverSeed = RandomNumberGenerator.GetBytes(16),
            coins = RandomNumberGenerator.GetBytes(16);
        Conversation.ClientSeed.Tell(client, new PartySeed(clientSeed, coins));
        Conversation.ServerSeed.Tell(server, new PartySeed(serverSeed, coins));
        using var clientKey = new AesKey(clientSeed);
        using var serverKey = new AesKey(serverSeed);
        using var coinsKey = new AesKey(coins);
        CryptographicOperations.ZeroMemory(clientSeed);
        CryptographicOperations.ZeroMemory(serverSeed);

        var correlations = new DealerCorrelations(clientKey, serverKey, new CorrectionWriter(server));
        using var mpc = new Mpc(Role.Dealer, correlations, null, coinsKey);
        using var program = new SecretProgram(
            mpc,
            model.Config,
            model.Plan,
            new MaskedModelWeights(model.Config, model.Plan, weights.Start),
            request);
        log?.Invoke($"dealing for a prompt of {request.PromptTokens} tokens");
        DecodeMeter? meter = null;
        try
        {
            program.Prefill(new int[request.PromptTokens]);
            meter = new DecodeMeter(mpc);
            if (request.DraftTokens > 0)
            {
                DealPasses(program, request, client, server);
            }

            for (int i = 1; i < request.MaxTokens && request.DraftTokens == 0; i++)
            {
                program.Decode(0); // ahead of the parties
            }
        }
        catch (ChannelException e) when (e.PeerFinished)
        {
            // The text ended before the token limit: what was dealt ahead is dropped with the session's seeds.
        }

        Conversation.Finished.Hear(client);
        Conversation.DealerReport
            .Tell(client, ProcessMeter.Report([correlations.Dealt]) with { Decode = meter?.Read() ?? new(0, 0, 0, 0) });
    }

    /// <summary>
    /// Deals pass by pass: how long the caches are depends on how many guesses were right. Both parties say it, and nothing is dealt for
    /// what they say differently.
    /// </summary>
    private static void DealPasses(SecretProgram program, GenerationRequest request, IChannel client, IChannel server)
    {
        var passes = new PassCount(request);
        while (true)
        {
            NextStep next = Conversation.PassOfClient.Hear(client);
            if (Conversation.PassOfServer.Hear(server) != next)
            {
                throw new SessionException(EndReason.Disagreement,
                    "The client and the server told the dealer different passes. One of them is faulty or dishonest; nothing was dealt for "
                        + "them.");
            }

            passes.Take(next, client.Peer);
            if (!next.More)
            {
                return;
            }

            program.Keep(next.Kept);
            program.Decode(new int[next.Rows]);
        }
    }

    /// <summary>B, expanded. Who does not know the seed behind a name gets nothing of what is kept under it.</summary>
    private WeightMask MaskOf(DealerModel told, Action<string>? log)
    {
        var layout = new ModelLayout(told.Model.Config);
        if (layout.Bytes > mostWeightBytes)
        {
            throw new SessionException(EndReason.TooLarge,
                $"The mask of {told.Model.Config.Name} takes {layout.Bytes / 1e9:N1} GB; this dealer holds {mostWeightBytes / 1e9:N1} GB "
                    + $"at most (--max-weights-gb).");
        }

        string id = WeightMaskSeed.IdOf(told.MaskSeed, layout);
        if (id != told.Model.MaskId)
        {
            throw new SessionException(EndReason.Disagreement,
                "The mask that the server names is not that of the seed it gave. It is faulty or dishonest; nothing was dealt.");
        }

        if (_mask?.Id != id)
        {
            _mask?.Mask.Dispose();
            _mask = null;
            log?.Invoke($"expanding the mask of {layout.Bytes / 1e9:N1} GB");
            using var key = new AesKey(told.MaskSeed);
            _mask = (id, new WeightMask(told.Model.Config, key));
        }

        CryptographicOperations.ZeroMemory(told.MaskSeed);
        return _mask!.Value.Mask;
    }

    /// <inheritdoc/>
    public void Dispose() => _mask?.Mask.Dispose();
}
