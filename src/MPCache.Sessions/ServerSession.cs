using System.Diagnostics;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>The server's part of one generation.</summary>
public static class ServerSession
{
    /// <summary>Serves one client over links that are already up, to the end.</summary>
    /// <returns>Number of tokens generated.</returns>
    public static int Run(ServerModel model, IChannel client, IChannel dealer, Action<string>? log = null)
    {
        PartySeed seed = dealer.Hear<PartySeed>();
        dealer.Tell(model.ForDealer);
        client.Tell(model.Public);
        ClientHello hello = client.Hear<ClientHello>();
        GenerationRequest request = hello.Request;
        request.Check(model.Public.Config);
        if (!hello.HasMaskedWeights)
        {
            log?.Invoke("sending masked weights");
            model.SendMasked(client);
        }

        log?.Invoke($"prompt of {request.PromptTokens} tokens");
        var correlations = new ServerCorrelations(new AesKey(Convert.FromHexString(seed.Seed)), new CorrectionReader(dealer));
        using var mpc = new Mpc(Role.Server, correlations, client, new AesKey(Convert.FromHexString(seed.Coins)));
        using var program = new SecretProgram(mpc, model.Public.Config, model.Public.Plan, model.Weights, request);
        var dealt = new List<long>();
        program.Prefill(new int[request.PromptTokens]);
        var meter = new DecodeMeter(mpc);
        dealt.Add(correlations.Dealt);
        int tokens = 1;
        for (; client.Hear<bool>(); tokens++)
        {
            program.Decode(0);
            dealt.Add(correlations.Dealt);
        }

        client.Tell(ProcessMeter.Report([.. dealt]) with { Decode = meter.Read() });
        return tokens;
    }
}
