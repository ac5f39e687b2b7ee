using System.CommandLine;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Bench;

/// <summary><c>party</c>: the other processes of a benchmark, started by it.</summary>
internal static class PartyCommand
{
    public static Command Create()
    {
        Option<string> role = new("--role") { Required = true };
        Option<string?> dealer = new("--dealer");
        Option<string[]> only = BenchOptions.Only("Protocols.");
        Option<string[]> layers = new("--layer");
        Option<DataPlane> transport = CommonOptions.Transport();
        Option<bool> child = new("--child");
        var command = new Command("party", "A dealer, server or echo of a benchmark.") { role, dealer, only, layers, transport, child };
        command.Hidden = true;
        command.Measures((r, cancel) =>
        {
            if (r.GetValue(child))
            {
                LocalProcess.EndWithParent();
            }

            Role self = r.GetValue(role) == "dealer" ? Role.Dealer : Role.Server;
            var options = new ChannelOptions { Self = self, Cancel = cancel, Plane = r.GetValue(transport) };
            using ILinkListener listener = Planes.Bind("tcp://127.0.0.1:0", options);
            Console.WriteLine($"{r.GetValue(role)} ready at {listener.Address}");
            using ILink client = listener.Accept(Role.Client);
            if (r.GetValue(role) == "echo")
            {
                EchoParty.Run(client, options);
                return Task.CompletedTask;
            }

            RowGroups groups = r.GetValue(layers) is { Length: > 0 } names
                ? RowGroups.OfLayers(names)
                : RowGroups.OfProtocols(r.GetValue(only)!);
            using ILink other = self == Role.Dealer
                ? listener.AcceptWithin(Role.Server, client)
                : Planes.Connect(r.GetValue(dealer)!, Role.Dealer, client.Session, options);
            ICorrelations correlations = self == Role.Dealer
                ? new DealerCorrelations(BenchKeys.Of(1), BenchKeys.Of(2), new CorrectionWriter(other))
                : new ServerCorrelations(BenchKeys.Of(2), new CorrectionReader(other));
            ProtocolBench.Follow(groups, self, correlations, client);
            return Task.CompletedTask;
        });
        return command;
    }
}
