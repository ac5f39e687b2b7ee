using System.CommandLine;
using MPCache.Inference;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary><c>mpcache dealer</c>.</summary>
internal static class DealerCommand
{
    public static Command Create()
    {
        Option<string> listen = CommonOptions.Address("--listen", "Address to listen on; port 0 picks a free one.", required: true);
        Option<bool> once = new("--once") { Description = "End after one session." };
        Option<double> most = CommonOptions.MostWeights("Memory for the mask of a model's weights at most, GB: 8 bytes a weight.");
        Option<bool> child = new("--child") { Hidden = true };
        Option<bool> insecure = CommonOptions.Insecure();
        Option<string?> keys = CommonOptions.Keys();
        Option<DataPlane> transport = CommonOptions.Transport();
        var command = new Command("dealer",
            "Hand out correlated randomness. Run it where neither the client nor the server rules: with either of them it could read the "
                + "other's secret.")
        {
            listen, once, most, transport, keys, insecure, child, DealerPackCommand.Create(),
        };
        command.SetAction((result, cancel) => Task.Run(() =>
        {
            var options = new ChannelOptions
            {
                Self = Role.Dealer,
                Cancel = cancel,
                Keys = result.GetValue(child) ? LocalProcess.BeginChild(result.GetValue(insecure)) : CommonOptions.Ring(Role.Dealer,
                    result.GetValue(keys), result.GetValue(insecure)),
                Notice = Console.Error.WriteLine,
                Plane = result.GetValue(transport),
            };
            return Run(result.GetValue(listen)!, result.GetValue(once), CommonOptions.Bytes(result.GetValue(most)), options);
        }, CancellationToken.None));
        return command;
    }

    private static int Run(string listen, bool once, long mostWeightBytes, ChannelOptions options)
    {
        using ILinkListener listener = Planes.Bind(listen, options);
        using var session = new DealerSession(mostWeightBytes);
        Console.WriteLine($"dealer ready at {listener.Address}");
        while (true)
        {
            try
            {
                using ILink client = listener.Accept(Role.Client);
                Deal(listener, session, client, options.Keys);
                Console.Error.WriteLine("session over");
            }
            catch (Exception e) when (!once && e is not OperationCanceledException)
            {
                Console.Error.WriteLine($"session failed: {e.Message}");
            }

            if (once)
            {
                return ExitCode.Success;
            }
        }
    }

    private static void Deal(ILinkListener listener, DealerSession session, ILink client, Keyring? keys) => Links.Closing(() =>
    {
        using ILink server = listener.AcceptWithin(Role.Server, client);
        return Links.Closing(() =>
        {
            session.Run(client, server, line => Console.Error.WriteLine(line), model => Admit(keys, server, model));
            return 0;
        }, Role.Dealer, server);
    }, Role.Dealer, client);

    /// <summary>A server's key may be trusted for some models only.</summary>
    private static void Admit(Keyring? keys, ILink server, PublicModel model)
    {
        if (keys?.Find(Role.Server, server.PeerKey) is { Models: { Count: > 0 } models } && !models.Any(m => model.Sha256.StartsWith(m,
            StringComparison.OrdinalIgnoreCase)))
        {
            throw new SessionException(
                EndReason.NotDealt,
                $"The server with the key {server.PeerKey} wants to be dealt for the model {model.Sha256}, and is trusted for "
                    + $"{string.Join(", ", models)} only. "
                + $"If it may: mpcache keys trust dealer server {server.PeerKey} --model-sha256 "
                    + $"{model.Sha256[..Math.Min(16, model.Sha256.Length)]}");
        }
    }
}
