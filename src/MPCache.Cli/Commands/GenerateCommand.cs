using System.CommandLine;
using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Cli;

/// <summary><c>mpcache generate</c>.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        Option<string> server = CommonOptions.Address("--server", "The server's address.", required: false);
        Option<string> dealer = CommonOptions.Address("--dealer", "The dealer's address.", required: false);
        Option<string?> packs = CommonOptions.Packs("The client's packs (mpcache dealer pack), in place of a dealer.");
        Option<string> model = CommonOptions.Model(required: false,
            "With --local and the plaintext engines: the model. Otherwise: where the tokenizer is taken from; its weights are not read.");
        Option<string> tokenizer = new("--tokenizer")
        {
            Description = "A model file or folder whose tokenizer the client uses; its "
            + "weights are not read.",
            HelpName = "FILE|FOLDER"
        };
        Option<int> maxTokens = CommonOptions.MaxTokens(32);
        Option<string> reveal = CommonOptions.Reveal();
        Option<int> inFlight = CommonOptions.InFlight();
        Option<bool> local = new("--local") { Description = "Start a dealer and a server on this machine." };
        Option<bool> plain = new("--plain") { Description = "Run in the clear in floating point: no parties, no secrecy." };
        Option<bool> checkRanges = new("--check-ranges")
        {
            Description = "With --plain or --plain-fixed: say afterwards which tensor left the range of its fixed-point format, at which "
                + "token and how far.",
        };
        Option<bool> plainFixed = new("--plain-fixed")
        {
            Description = "Run in the clear in the protocols' fixed point: no parties, no "
            + "secrecy."
        };
        Option<string?> json = CommonOptions.Json("the report");
        Option<bool> fixedLength = new("--fixed-length")
        {
            Description = "Run all of --max-tokens, so that the server does not learn "
            + "when the text ended."
        };
        Option<double> most = CommonOptions.MostWeights("Largest masked weights to store, GB: 8 bytes a weight, once for each model and "
            + "server.");
        Option<bool> insecure = CommonOptions.Insecure();
        Option<string?> keys = CommonOptions.Keys();
        var command = new Command("generate", "Generate text from a prompt that the server never sees.")
        {
            server, dealer, packs, model, tokenizer, maxTokens, reveal, inFlight, local, plain, plainFixed, checkRanges, json, fixedLength,
            most, keys, insecure,
        };
        var prompt = new PromptArguments(command);
        var arguments = new LinkArguments(command);
        var policy = new PolicyArguments(command);
        var sampling = new SamplingArguments(command);
        var drafts = new DraftArguments(command);
        command.Validators.Add(r =>
        {
            int ways = new[] { r.GetValue(local), r.GetValue(plain), r.GetValue(plainFixed), r.GetValue(server) is not null }.Count(w => w);
            if (ways != 1)
            {
                r.AddError("Say where to run: --server and --dealer, or --local, --plain or --plain-fixed with --model.");
            }
            else if (r.GetValue(server) is not null && r.GetValue(dealer) is null == r.GetValue(packs) is null)
            {
                r.AddError("--server needs --dealer, the address of the dealer that the server uses, or --packs with what was dealt "
                    + "ahead: one of the two.");
            }
            else if (r.GetValue(server) is null && r.GetValue(model) is null)
            {
                r.AddError("--local, --plain and --plain-fixed need --model.");
            }
            else if (r.GetValue(model) is null && r.GetValue(tokenizer) is null)
            {
                r.AddError("The client needs the model's tokenizer: give --tokenizer (or --model) a file of the same model; its weights "
                    + "are not read.");
            }

            if (r.GetValue(checkRanges) && !r.GetValue(plain) && !r.GetValue(plainFixed))
            {
                r.AddError("--check-ranges looks at tensors in the clear: give --plain or --plain-fixed. A private run always tells the "
                    + "client, in one bit a phase, that something left its range.");
            }

            if ((r.GetValue(plain) || r.GetValue(plainFixed)) && drafts.Asked(r))
            {
                r.AddError("--draft saves rounds, and --plain and --plain-fixed have none: leave it out.");
            }

            if ((r.GetValue(plain) || r.GetValue(plainFixed)) && arguments.Shapes(r))
            {
                r.AddError("--plain and --plain-fixed use no link: leave --shape-link out.");
            }
        });
        // On a thread of its own: System.CommandLine hears Ctrl-C and SIGTERM only once the action has returned its task.
        command.SetAction((r, cancel) => Task.Run(async () =>
        {
            using ModelFile file = ModelFile.Open(r.GetValue(tokenizer) ?? r.GetValue(model)!);
            int[] input = prompt.Read(r, file);
            int max = r.GetValue(maxTokens);
            CachePolicy cache = policy.Read(r);
            var request = new GenerationRequest
            {
                PromptTokens = input.Length,
                MaxTokens = max,
                Policy = cache.ToText(),
                Reveal = r.GetValue(reveal)!,
                DraftTokens = drafts.Count(r),
                InFlight = r.GetValue(inFlight),
            };
            if (!r.GetValue(plain) && !r.GetValue(plainFixed))
            {
                request.Check(file.Config); // before processes start and links are made
            }

            Rendering.CheckJson(r.GetValue(json));
            LinkChoice links = arguments.Read(r) with
            {
                Insecure = r.GetValue(insecure),
                Keys = r.GetValue(server) is null ? null : CommonOptions.Ring(Role.Client, r.GetValue(keys), r.GetValue(insecure)),
            };
            var observer = new ConsoleObserver(
                file.Tokenizer,
                textToError: r.GetValue(json) == "-",
                sampling.Stop(r));
            ClientOptions client = Client.Options(file) with
            {
                FixedLength = r.GetValue(fixedLength),
                MostWeightBytes = CommonOptions.Bytes(r.GetValue(most)),
                Sampling = sampling.Read(r),
                Stop = sampling.Stop(r),
                Packs = CommonOptions.Store(r.GetValue(packs), Role.Client),
                Notice = Console.Error.WriteLine,
            };
            client = drafts.Read(r, client, file);
            GenerationReport report = r.GetValue(plain) ? PlainRuns.Float(file, input, max, cache, client, observer.Token, cancel)
                : r.GetValue(plainFixed) ? PlainRuns.Fixed(file, input, max, cache, client, observer.Token, cancel)
                : r.GetValue(local) ? await Local(r.GetValue(model)!)
                : Client.Generate(r.GetValue(server)!, r.GetValue(dealer), input, request, observer, client, links, cancel);
            observer.Finish();
            if (r.GetValue(checkRanges))
            {
                RangeReport.Write(Console.Error, file, [.. report.PromptIds, .. report.Tokens]);
            }

            if (r.GetValue(json) is { } path)
            {
                Rendering.WriteJson(path, report);
            }

            if (report.Engine == "private")
            {
                Rendering.Report(Rendering.Errors, report);
            }

            return ExitCode.Success;

            async Task<GenerationReport> Local(string path)
            {
                using LocalParties parties = await LocalParties.Start(path, links, once: true, cancel);
                return await parties.Generate(input, request, observer, client, links, cancel);
            }
        }, CancellationToken.None));
        return command;
    }
}
