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
        Option<DataPlane> transport = CommonOptions.Transport();
        var command = new Command("dealer", "Hand out correlated randomness. Run it where neither the client nor the server rules: with either of them it could read the other's secret.")
        {
            listen, once, most, transport, insecure, child,
        };
        command.SetAction((result, cancel) => Task.Run(() =>
        {
            if (result.GetValue(child))
            {
                LocalProcess.EndWithParent();
            }

            var options = new ChannelOptions { Self = Role.Dealer, Cancel = cancel, InsecureTransport = result.GetValue(insecure), Plane = result.GetValue(transport) };
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
                Deal(listener, session, client);
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

    private static void Deal(ILinkListener listener, DealerSession session, ILink client) => Links.Closing(() =>
    {
        using ILink server = listener.AcceptWithin(Role.Server, client.Session);
        return Links.Closing(() =>
        {
            session.Run(client, server, line => Console.Error.WriteLine(line));
            return 0;
        }, Role.Dealer, server);
    }, Role.Dealer, client);
}
