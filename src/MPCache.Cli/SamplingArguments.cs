using System.CommandLine;
using System.Security.Cryptography;
using MPCache.Inference;

namespace MPCache.Cli;

/// <summary>The options that say how tokens are drawn, and what ends a text.</summary>
internal sealed class SamplingArguments
{
    private readonly Option<double> _temperature = Number("--temperature", 0,
        "What logits are divided by before a token is drawn; 0 takes the largest. The client adds its noise to its own share of the logits: "
            + "no round, no byte, and the server does not learn it.");

    private readonly Option<ulong?> _seed = new("--seed")
    {
        Description = "With --temperature: the same seed, prompt and model give the same text, as far as rounding lets them. By default a "
            + "new one, which the report names.",
        HelpName = "N",
    };

    private readonly Option<int> _topK = new("--top-k")
    {
        Description = $"Draw among so many of the largest logits, 1 to {SamplingOptions.MostCandidates}; 0 for all. The number is public, "
            + "and costs what mpcache plan says.",
        DefaultValueFactory = _ => 0,
        HelpName = "K",
    };

    private readonly Option<double> _topP = Number("--top-p", 1,
        $"Of the --top-k candidates ({SamplingOptions.UsualCandidates} where none are said) keep the fewest whose probabilities, among these "
            + "candidates and at temperature 1, sum up to this. Peers learn that candidates are cut, not how.");

    private readonly Option<double> _minP = Number("--min-p", 0,
        "Of the same candidates keep those at least so many times as probable as the first.");

    private readonly Option<double> _repeat = Number("--repeat-penalty", 1,
        "Divide the odds of tokens that occurred by this: its logarithm is subtracted from their logits (llama.cpp divides positive logits "
            + "and multiplies negative ones, which needs the sign of a secret).");

    private readonly Option<double> _presence = Number("--presence-penalty", 0, "Subtract this from the logits of tokens that occurred.");

    private readonly Option<double> _frequency = Number("--frequency-penalty", 0, "The same, as often as they occurred.");

    private readonly Option<int> _window = new("--repeat-last-n")
    {
        Description = "Last tokens that penalties look at, the prompt's included.",
        DefaultValueFactory = _ => SamplingOptions.Greedy.PenaltyWindow,
        HelpName = "N",
    };

    private readonly Option<string[]> _stop = new("--stop")
    {
        Description = "A string that ends the text, which stops before it; may be given several times. The client looks for it.",
        HelpName = "TEXT",
    };

    public SamplingArguments(Command command)
    {
        foreach (Option option in new Option[] { _temperature, _topK, _topP, _minP, _seed, _repeat, _presence, _frequency, _window, _stop })
        {
            command.Add(option);
        }

        command.Validators.Add(r =>
        {
            if (r.GetValue(_temperature) == 0 && new Option[] { _topK, _topP, _minP }.Any(o => r.GetResult(o) is { Implicit: false }))
            {
                r.AddError("--top-k, --top-p and --min-p need --temperature: without it the largest logit is taken and nothing is drawn.");
            }

            if (r.GetValue(_stop)?.Contains("") == true)
            {
                r.AddError("--stop is empty: say which string ends the text.");
            }

            if (r.GetResult(_seed) is not null && r.GetValue(_temperature) == 0)
            {
                r.AddError("--seed needs --temperature: without it the largest logit is taken and nothing is drawn.");
            }
        });
    }

    /// <summary>How tokens are drawn.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public SamplingOptions Read(ParseResult result) => new SamplingOptions
    {
        Temperature = result.GetValue(_temperature),
        TopK = result.GetValue(_topK),
        TopP = result.GetValue(_topP),
        MinP = result.GetValue(_minP),
        Seed = result.GetValue(_seed) ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)),
        RepeatPenalty = result.GetValue(_repeat),
        PresencePenalty = result.GetValue(_presence),
        FrequencyPenalty = result.GetValue(_frequency),
        PenaltyWindow = result.GetValue(_window),
    }.Checked();

    /// <summary>Strings that end the text.</summary>
    public string[] Stop(ParseResult result) => result.GetValue(_stop) ?? [];

    private static Option<double> Number(string name, double standard, string text) => new(name)
    {
        Description = text,
        DefaultValueFactory = _ => standard,
        HelpName = "X",
    };
}
