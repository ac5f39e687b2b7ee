using System.Diagnostics;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>The server's part of one generation.</summary>
public static class ServerSession
{
    /// <summary>Serves one client over links that are already up, to the end.</summary>
    /// <param name="model">The model.</param>
    /// <param name="terms">What the client may ask for.</param>
    /// <param name="client">Link to the client.</param>
    /// <param name="dealer">Link to the dealer.</param>
    /// <param name="log">Told what happens; sizes only.</param>
    /// <returns>Number of tokens generated.</returns>
    /// <exception cref="SessionException">The client asks for what is not allowed or makes no sense.</exception>
    /// <exception cref="ChannelException">A link failed.</exception>
    public static int Run(ServerModel model, ServerTerms terms, IChannel client, IChannel dealer, Action<string>? log = null)
    {
        Conversation.Model.Tell(client, model.Public);
        ClientHello hello = Conversation.Request.Hear(client);
        GenerationRequest request = hello.Request;
        request.Check(model.Public.Config);
        terms.Check(request);
        Conversation.Granted.Tell(client, new Granted());
        Conversation.ModelForDealer.Tell(dealer, model.ForDealer(request));
        (AesKey seed, AesKey coins) = Conversation.ServerSeed.Hear(dealer).TakeKeys();
        using (seed)
        using (coins)
        {
            if (!hello.HasMaskedWeights)
            {
                log?.Invoke("sending masked weights");
                model.SendMasked(client);
            }

            log?.Invoke($"prompt of {request.PromptTokens} tokens");
            var correlations = new ServerCorrelations(seed, new CorrectionReader(dealer));
            using var mpc = new Mpc(Role.Server, correlations, client, coins);
            using var program = new SecretProgram(mpc, model.Public.Config, model.Public.Plan, model.Weights, request);
            var dealt = new List<long>();
            program.Prefill(new int[request.PromptTokens]);
            var meter = new DecodeMeter(mpc);
            dealt.Add(correlations.Dealt);
            var passes = new PassCount(request);
            for (NextStep next = Hear(); next.More; next = Hear())
            {
                program.Keep(next.Kept);
                program.Decode(new int[next.Rows]);
                dealt.Add(correlations.Dealt);
            }

            Conversation.ServerReport
                .Tell(client, ProcessMeter.Report([.. dealt]) with { Decode = meter.Read(), DealtByKind = correlations.DealtByKind() });
            return passes.Tokens;

            NextStep Hear()
            {
                NextStep next = Conversation.Next.Hear(client);
                passes.Take(next, client.Peer);
                if (request.DraftTokens > 0)
                {
                    Conversation.PassOfServer.Tell(dealer, next);
                }

                return next;
            }
        }
    }
}
