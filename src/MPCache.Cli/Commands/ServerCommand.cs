using System.CommandLine;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary><c>mpcache server</c>.</summary>
internal static class ServerCommand
{
    private const string AllowLogits = "--allow-logits", AllowFilledCache = "--allow-filled-cache";

    /// <summary>Options of a server whose client is its own owner.</summary>
    public static string[] AllowAll => [AllowLogits, AllowFilledCache];

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model(required: true, "The model: a GGUF file or a Hugging Face folder.");
        Option<string> listen = CommonOptions.Address("--listen", "Address to listen on; port 0 picks a free one.", required: true);
        Option<string> dealer = CommonOptions.Address("--dealer", "The dealer's address.", required: false);
        Option<string?> packs = CommonOptions.Packs("The server's packs (mpcache dealer pack), in place of a dealer.");
        Option<bool> once = new("--once") { Description = "End after one session." };
        Option<bool> headroom = new("--headroom") { Description = "Print the calibration's headroom for every tensor." };
        Option<bool> logits = new(AllowLogits)
        {
            Description = "Let clients ask for all logits of each step, which tell more of the "
            + "model than its text."
        };
        Option<bool> filled = new(AllowFilledCache)
        {
            Description = "Let clients fill the cache with noise in place of a prompt, for "
            + "measurements."
        };
        Option<int> maxPrompt = new("--max-prompt-tokens")
        {
            Description = "Tokens of a prompt at most, 0: as many as the model was made "
            + "for.",
            HelpName = "N"
        };
        Option<int> maxNew = new("--max-new-tokens")
        {
            Description = "Tokens generated in a session at most, 0: as many as the model was "
            + "made for.",
            HelpName = "N"
        };
        Option<int> maxInFlight = new("--max-in-flight")
        {
            Description = "Pieces of a prompt side by side at most: each takes memory of its own.",
            DefaultValueFactory = _ => new ServerTerms().MaxInFlight,
            HelpName = "N",
        };
        Option<bool> child = new("--child") { Hidden = true };
        Option<bool> insecure = CommonOptions.Insecure();
        Option<string?> keys = CommonOptions.Keys();
        Option<DataPlane> transport = CommonOptions.Transport();
        var command = new Command("server", "Hold a model and answer clients, without seeing their prompts.")
        {
            model, listen, dealer, packs, once, headroom, logits, filled, maxPrompt, maxNew, maxInFlight, transport, keys, insecure, child,
        };
        command.Validators.Add(r =>
        {
            if (r.GetValue(dealer) is null == r.GetValue(packs) is null)
            {
                r.AddError("A server needs --dealer, or --packs with what was dealt ahead: one of the two.");
            }
        });
        command.SetAction((result, cancel) => Task.Run(() =>
        {
            var options = new ChannelOptions
            {
                Self = Role.Server,
                Cancel = cancel,
                Keys = result.GetValue(child) ? LocalProcess.BeginChild(result.GetValue(insecure)) : CommonOptions.Ring(Role.Server,
                    result.GetValue(keys), result.GetValue(insecure)),
                Notice = Console.Error.WriteLine,
                Plane = result.GetValue(transport),
            };
            var terms = new ServerTerms
            {
                AllowLogits = result.GetValue(logits),
                AllowFilledCache = result.GetValue(filled),
                MaxPromptTokens = result.GetValue(maxPrompt),
                MaxNewTokens = result.GetValue(maxNew),
                MaxInFlight = result.GetValue(maxInFlight),
            };
            return Run(result.GetValue(model)!, result.GetValue(listen)!, result.GetValue(dealer),
                CommonOptions.Store(result.GetValue(packs), Role.Server), terms, result.GetValue(once),
                result.GetValue(headroom), options);
        }, CancellationToken.None));
        return command;
    }

    private static int Run(string path, string listen, string? dealer, PackStore? packs, ServerTerms terms, bool once, bool headroom,
        ChannelOptions options)
    {
        if (dealer is not null)
        {
            options.Check(dealer);
        }

        packs?.Sweep();
        using ILinkListener listener = Planes.Bind(listen, options);
        using ModelFile file = ModelFile.Open(path);
        Console.Error.WriteLine($"loading and calibrating {file.Config.Name} ({file.Config.Parameters / 1e6:N1} M weights)");
        using ServerModel model = ServerModel.Load(file, MaskedWeightsFile.DefaultFolder, lines => Report(lines, headroom),
            line => Console.Error.WriteLine($"warning: {line}"));
        Console.WriteLine($"server ready at {listener.Address}");
        while (true)
        {
            try
            {
                using ILink client = listener.Accept(Role.Client);
                int tokens = Links.Closing(() => Serve(model, terms, client, dealer, packs, options), Role.Server, client);
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

    private static int Serve(ServerModel model, ServerTerms terms, ILink client, string? dealer, PackStore? packs, ChannelOptions options)
    {
        if (dealer is null)
        {
            return ServerSession.Run(model, terms, client, null, line => Console.Error.WriteLine(line), packs);
        }

        using ILink toDealer = Planes.Connect(dealer, Role.Dealer, client.Session,
            options with { Shape = LinkChoice.OfDealer(client.Shape), Partner = client.PeerKey, WhileConnecting = client.Watch });
        return Links.Closing(() => ServerSession.Run(model, terms, client, toDealer, line => Console.Error.WriteLine(line)), Role.Server,
            toDealer);
    }

    private static void Report(IReadOnlyList<HeadroomLine> lines, bool all)
    {
        HeadroomLine least = lines.Where(l => !l.IsLowerEnd).MinBy(l => l.Bits);
        Console.Error.WriteLine($"calibrated: least headroom {least.Bits:F1} bits, layer {least.Layer}, {least.Tensor} ({least.Seen:G4} "
            + $"of {least.Limit:G4})");
        foreach (HeadroomLine line in all ? lines : [])
        {
            string end = line.IsLowerEnd ? "down to" : "  up to";
            Console.Error.WriteLine($"  layer {line.Layer,3}  {line.Tensor,-36} {end} {line.Seen,12:G4} of {line.Limit,12:G4}  "
                + $"{line.Bits,6:F1} bits");
        }
    }
}
