using System.CommandLine;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Sessions;

namespace MPCache.Cli;

/// <summary>The options that say who guesses tokens for a pass to verify.</summary>
internal sealed class DraftArguments
{
    private const string Ngram = "ngram";
    private const int UsualTokens = 4;

    private readonly Option<string?> _draft = new("--draft")
    {
        Description = "Guess the next tokens and verify them in one pass; the text stays the same, token by token. ngram: what followed "
            + "the same tokens earlier in the text; a file: a small public model with the same tokenizer, run by the client in the clear. "
            + "Saves rounds where they are dear and the text is easy to guess; every row of a pass costs the bytes of a token. The server "
            + "and the dealer learn how many guesses each pass had and how many were right.",
        HelpName = "ngram|FILE",
    };

    private readonly Option<int?> _tokens = Tokens();

    private readonly Option<bool> _full = new("--draft-full")
    {
        Description = "With --draft: give every pass all its rows, so that nobody learns when nothing was guessed.",
    };

    public DraftArguments(Command command)
    {
        command.Add(_draft);
        command.Add(_tokens);
        command.Add(_full);
        command.Validators.Add(r =>
        {
            if (r.GetValue(_draft) is null && (r.GetValue(_tokens) is not null || r.GetValue(_full)))
            {
                r.AddError("--draft-tokens and --draft-full need --draft: it says who guesses.");
            }
        });
    }

    /// <summary>The option that says how many tokens a pass guesses.</summary>
    public static Option<int?> Tokens()
    {
        var option = new Option<int?>("--draft-tokens")
        {
            Description = $"Tokens that a pass guesses at most, 1 to {GenerationRequest.MostDraftTokens}; {UsualTokens} by default.",
            HelpName = "D",
        };
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int?>() is < 1 or > GenerationRequest.MostDraftTokens)
            {
                r.AddError($"--draft-tokens takes a number from 1 to {GenerationRequest.MostDraftTokens}.");
            }
        });
        return option;
    }

    /// <summary>Whether anything is to be guessed.</summary>
    public bool Asked(System.CommandLine.Parsing.SymbolResult result) => result.GetValue(_draft) is not null;

    /// <summary>Tokens of a pass that are guessed; 0 for none.</summary>
    public int Count(ParseResult result) => result.GetValue(_draft) is null ? 0 : result.GetValue(_tokens) ?? UsualTokens;

    /// <summary>The client with its drafter.</summary>
    /// <exception cref="ArgumentException">The drafting model has another tokenizer.</exception>
    /// <exception cref="ModelFormatException">It cannot be read.</exception>
    public ClientOptions Read(ParseResult result, ClientOptions client, ModelFile file)
    {
        IDrafter? drafter = result.GetValue(_draft) switch
        {
            null => null,
            Ngram => new NgramDrafter(),
            { } path => new ModelDrafter(Weights(path, file), new Sampler(client.Sampling)),
        };
        return client with { Drafter = drafter, FullPasses = result.GetValue(_full) };
    }

    /// <summary>A drafting model's weights.</summary>
    /// <exception cref="ArgumentException">There is no such file, or its tokenizer is another one.</exception>
    public static FloatWeights Weights(string path, ModelFile file)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw new ArgumentException($"--draft {path}: neither ngram nor a model file or folder that exists.");
        }

        using ModelFile small = ModelFile.Open(path);
        int vocabulary = file.Config.Vocabulary;
        int other = small.Config.Vocabulary != vocabulary
            ? Math.Min(vocabulary, small.Config.Vocabulary)
            : Enumerable.Range(0, vocabulary)
                .FirstOrDefault(id => small.Tokenizer.Decode([id]) != file.Tokenizer.Decode([id]), -1);
        return other < 0
            ? new FloatWeights(small)
            : throw new ArgumentException($"--draft {path}: {small.Config.Name} has another tokenizer than {file.Config.Name}: "
                + $"token {other:N0} is not the same. A draft must be in the tokens of the text.");
    }
}
