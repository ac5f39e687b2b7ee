using System.Buffers.Binary;
using System.CommandLine;
using System.Runtime.InteropServices;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary><c>mpcache bench party</c>: the other processes of a benchmark, started by it.</summary>
internal static class PartyCommand
{
    public static Command Create()
    {
        Option<string> role = new("--role") { Required = true };
        Option<string?> dealer = new("--dealer");
        Option<string?> only = new("--only");
        Option<DataPlane> transport = CommonOptions.Transport();
        Option<bool> child = new("--child");
        var command = new Command("party", "A dealer, server or echo of a benchmark.") { role, dealer, only, transport, child };
        command.Hidden = true;
        command.SetAction((r, cancel) => Task.Run(() =>
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
            switch (r.GetValue(role))
            {
                case "dealer":
                    Deal(listener, client, r.GetValue(only));
                    break;
                case "server":
                    Serve(client, r.GetValue(dealer)!, options, r.GetValue(only));
                    break;
                case "echo":
                    EchoParty.Run(client, options);
                    break;
                default:
                    throw new ArgumentException("--role takes dealer, server or echo.");
            }

            return ExitCode.Success;
        }, CancellationToken.None));
        return command;
    }

    private static void Deal(ILinkListener listener, ILink client, string? only)
    {
        using ILink server = listener.AcceptWithin(Role.Server, client.Session);
        var run = new ProtocolRun(Role.Dealer, new DealerCorrelations(BenchKeys.Of(1), BenchKeys.Of(2), new CorrectionWriter(server)), null, [client]);
        foreach (ProtocolRow row in ProtocolRows.All(only))
        {
            run.Follow(row);
        }

        client.Receive(FrameKind.Control, 1); // the links stay until the client is done
    }

    private static void Serve(ILink client, string dealer, ChannelOptions options, string? only)
    {
        using ILink stream = Planes.Connect(dealer, Role.Dealer, client.Session, options);
        var run = new ProtocolRun(Role.Server, new ServerCorrelations(BenchKeys.Of(2), new CorrectionReader(stream)), client, [client]);
        foreach (ProtocolRow row in ProtocolRows.All(only))
        {
            (ulong[] share, long dealt) = run.Follow(row);
            byte[] header = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(header, dealt);
            client.Send(FrameKind.Control, header);
            client.Send(FrameKind.Control, MemoryMarshal.AsBytes(share.AsSpan()));
        }

        client.Receive(FrameKind.Control, 1);
    }
}
