using System.CommandLine;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary><c>mpcache server</c>.</summary>
internal static class ServerCommand
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model(required: true, "The model: a GGUF file or a Hugging Face folder.");
        Option<string> listen = CommonOptions.Address("--listen", "Address to listen on; port 0 picks a free one.", required: true);
        Option<string> dealer = CommonOptions.Address("--dealer", "The dealer's address.", required: true);
        Option<bool> once = new("--once") { Description = "End after one session." };
        Option<bool> headroom = new("--headroom") { Description = "Print the calibration's headroom for every tensor." };
        Option<bool> child = new("--child") { Hidden = true };
        Option<bool> insecure = CommonOptions.Insecure();
        Option<DataPlane> transport = CommonOptions.Transport();
        var command = new Command("server", "Hold a model and answer clients, without seeing their prompts.") { model, listen, dealer, once, headroom, transport, insecure, child };
        command.SetAction((result, cancel) => Task.Run(() =>
        {
            if (result.GetValue(child))
            {
                LocalProcess.EndWithParent();
            }

            var options = new ChannelOptions { Self = Role.Server, Cancel = cancel, InsecureTransport = result.GetValue(insecure), Plane = result.GetValue(transport) };
            return Run(result.GetValue(model)!, result.GetValue(listen)!, result.GetValue(dealer)!, result.GetValue(once), result.GetValue(headroom), options);
        }, CancellationToken.None));
        return command;
    }

    private static int Run(string path, string listen, string dealer, bool once, bool headroom, ChannelOptions options)
    {
        options.Check(dealer);
        using ILinkListener listener = Planes.Bind(listen, options);
        using ModelFile file = ModelFile.Open(path);
        Console.Error.WriteLine($"loading and calibrating {file.Config.Name} ({file.Config.Parameters / 1e6:N1} M weights)");
        using ServerModel model = ServerModel.Load(file, MaskedWeightsFile.DefaultFolder, lines => Report(lines, headroom));
        Console.WriteLine($"server ready at {listener.Address}");
        while (true)
        {
            try
            {
                using ILink client = listener.Accept(Role.Client);
                int tokens = Links.Closing(() => Serve(model, client, dealer, options), "server", client);
                Console.Error.WriteLine($"session over: {tokens} tokens");
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

    private static int Serve(ServerModel model, ILink client, string dealer, ChannelOptions options)
    {
        using ILink toDealer = Planes.Connect(dealer, Role.Dealer, client.Session, options with { Shape = LinkChoice.OfDealer(client.Shape) });
        return Links.Closing(() => ServerSession.Run(model, client, toDealer, line => Console.Error.WriteLine(line)), "server", toDealer);
    }

    private static void Report(IReadOnlyList<Calibration.HeadroomLine> lines, bool all)
    {
        Calibration.HeadroomLine least = lines.MinBy(l => l.Bits);
        Console.Error.WriteLine($"calibrated: least headroom {least.Bits:F1} bits, layer {least.Layer}, {least.Tensor} ({least.Largest:G4} of {least.Fits:G4})");
        foreach (Calibration.HeadroomLine line in all ? lines : [])
        {
            Console.Error.WriteLine($"  layer {line.Layer,3}  {line.Tensor,-40} {line.Largest,12:G4} of {line.Fits,12:G4}  {line.Bits,6:F1} bits");
        }
    }
}
