using System.CommandLine;
using MPCache.Client;
using MPCache.Protocols;

namespace MPCache.Cli;

/// <summary>
/// The options of a command that answers again and again: where its model is held. Without any, a dealer and a server are started here, on
/// the embedded model.
/// </summary>
internal sealed class ModelArguments
{
    private readonly Option<string> _server = CommonOptions.Address("--server", "The server's address.", required: false);
    private readonly Option<string> _dealer = CommonOptions.Address("--dealer", "The dealer's address.", required: false);

    private readonly Option<string> _model = CommonOptions.Model(required: false,
        "Without --server: the model of a dealer and a server that are started on this machine; by default the embedded one.");

    private readonly Option<string> _tokenizer = new("--tokenizer")
    {
        Description = "With --server: a file or folder of the same model, for its tokenizer and chat template; its weights are not read.",
        HelpName = "FILE|FOLDER",
    };

    private readonly Option<int> _maxTokens = CommonOptions.MaxTokens(256);

    private readonly Option<bool> _fixedLength = new("--fixed-length")
    {
        Description = "Run all tokens that are asked for, so that the server does not learn when a text ended.",
    };

    private readonly Option<double> _most = CommonOptions.MostWeights("Largest masked weights to store, GB: 8 bytes a weight, once for "
        + "each model and server.");

    private readonly Option<double> _wait = new("--wait")
    {
        Description = "Seconds to look for a party that does not answer.",
        DefaultValueFactory = _ => 10,
        HelpName = "SECONDS",
    };

    private readonly Option<bool> _insecure = CommonOptions.Insecure();
    private readonly Option<string?> _keys = CommonOptions.Keys();
    private readonly LinkArguments _links;
    private readonly PolicyArguments _policy;

    public ModelArguments(Command command)
    {
        foreach (Option option in new Option[]
        {
            _server, _dealer, _model, _tokenizer, _maxTokens, _fixedLength, _most, _wait, _insecure, _keys,
        })
        {
            command.Add(option);
        }

        _wait.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<double>() is not (>= 0.1 and <= 3600))
            {
                r.AddError("--wait takes 0.1 to 3600 seconds.");
            }
        });
        _links = new LinkArguments(command);
        _policy = new PolicyArguments(command);
        command.Validators.Add(r =>
        {
            bool server = r.GetValue(_server) is not null;
            if (server != r.GetValue(_dealer) is not null)
            {
                r.AddError("--server and --dealer belong together: give both, or neither to start both here.");
            }

            if (server && r.GetValue(_tokenizer) is null)
            {
                r.AddError("--server needs --tokenizer: a file of the same model; its weights are not read.");
            }

            if (server ? r.GetValue(_model) is not null : r.GetValue(_tokenizer) is not null)
            {
                r.AddError("Give --tokenizer with --server, or --model without it.");
            }
        });
    }

    /// <summary>Opens the model, starting its parties first where the command line names none.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="mostWaiting">Calls that wait at most.</param>
    /// <param name="use">What to do with it.</param>
    /// <param name="cancel">Ends waiting.</param>
    public async Task<int> Use(ParseResult result, int mostWaiting, Func<PrivateModel, Task<int>> use, CancellationToken cancel)
    {
        string? server = result.GetValue(_server);
        string path = result.GetValue(_tokenizer) ?? result.GetValue(_model) ?? CommonOptions.EmbeddedModel;
        LinkChoice links = _links.Read(result) with { Insecure = result.GetValue(_insecure) };
        var options = new MPCacheClientOptions
        {
            Server = server ?? "tcp://127.0.0.1:1",
            Dealer = result.GetValue(_dealer) ?? "tcp://127.0.0.1:1",
            Tokenizer = path,
            Keys = server is null ? links.Ring : CommonOptions.Ring(Role.Client, result.GetValue(_keys), links.Insecure),
            Insecure = links.Insecure,
            Transport = links.Plane,
            Shape = links.Shape,
            Policy = _policy.Read(result).ToText(),
            MaxTokens = result.GetValue(_maxTokens),
            FixedLength = result.GetValue(_fixedLength),
            MostWeightBytes = CommonOptions.Bytes(result.GetValue(_most)),
            MostWaiting = mostWaiting,
            Wait = TimeSpan.FromSeconds(result.GetValue(_wait)),
        };
        using (new PrivateModel(options))
        {
            // Whatever is wrong with the arguments is said before anything starts.
        }

        using LocalParties? parties = server is null ? await LocalParties.Start(path, links, once: false, cancel) : null;
        using var model = new PrivateModel(parties is null ? options : options with
        {
            Server = parties.Server,
            Dealer = parties.Dealer,
            PartiesFailed = () => parties.Ended is { } why ? $"{why}. Start this command again." : null,
        });
        return await use(model);
    }
}
