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
    private readonly WeightMaskCache _masks = new(mostWeightBytes);

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

        WeightMask weights = _masks.Of(model, told.MaskSeed, log);
        using DealtSeeds seeds = DealtSeeds.Draw();
        Conversation.ClientSeed.Tell(client, new PartySeed(seeds.Client, seeds.Coins));
        Conversation.ServerSeed.Tell(server, new PartySeed(seeds.Server, seeds.Coins));
        using var dealing = new Dealing(model, request, weights, seeds, new CorrectionWriter(server));
        log?.Invoke($"dealing for a prompt of {request.PromptTokens} tokens");
        DecodeMeter? meter = null;
        try
        {
            dealing.Prompt();
            meter = new DecodeMeter(dealing.Mpc);
            if (request.DraftTokens > 0)
            {
                DealPasses(dealing.Program, request, client, server);
            }
            else
            {
                dealing.Tokens(); // ahead of the parties
            }
        }
        catch (ChannelException e) when (e.PeerFinished)
        {
            // The text ended before the token limit: what was dealt ahead is dropped with the session's seeds.
        }

        Conversation.Finished.Hear(client);
        Conversation.DealerReport
            .Tell(client, ProcessMeter.Report([dealing.Correlations.Dealt]) with { Decode = meter?.Read() ?? new(0, 0, 0, 0) });
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

    /// <inheritdoc/>
    public void Dispose() => _masks.Dispose();
}
