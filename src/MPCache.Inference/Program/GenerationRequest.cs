using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>What the client asks for. Public: the server and the dealer see it.</summary>
public sealed record GenerationRequest
{
    /// <summary>Tokens of the prompt.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens to generate at most.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>The cache policy: a name and options, as <see cref="Cache.CachePolicy.Parse(string)"/> reads them.</summary>
    public required string Policy { get; init; }

    /// <summary>The policy that the text says, read anew at each call.</summary>
    /// <exception cref="ArgumentException">It says none, or one that cannot run on shares.</exception>
    [JsonIgnore]
    public CachePolicy CachePolicy => CachePolicy.ForShares(Policy);

    /// <summary>"token": only the chosen token is opened, to the client; "logits": all logits are.</summary>
    public required string Reveal { get; init; }

    /// <summary>
    /// For measurements: the cache is filled with pseudo-random keys and values in place of running the prompt, then evicted as after one.
    /// What a step costs does
    /// not depend on them; what it says has no meaning, and end tokens do not end it.
    /// </summary>
    public bool FillCache { get; init; }

    /// <summary>
    /// Pieces of the prompt (<see cref="Piece.MostRows"/> tokens each) that run side by side, one layer apart: more take fewer rounds and
    /// more memory, at all three.
    /// </summary>
    public int InFlight { get; init; } = DefaultInFlight;

    /// <summary>Pieces side by side where nothing else is asked for.</summary>
    public const int DefaultInFlight = 8;

    /// <summary>Pieces side by side at most: bounds what a client may cost the server and the dealer in memory.</summary>
    public const int MostInFlight = 64;

    /// <summary>
    /// Bits of the logits' fraction given up so that the client's noise and penalties have room beside them; see <see cref="For"/>.
    /// </summary>
    public int NoiseBits { get; init; }

    /// <summary>
    /// Largest logits among which a token is drawn; 0: all. Public, since the program's comparisons follow from it; see
    /// <see cref="SamplingOptions.Candidates"/>.
    /// </summary>
    public int Candidates { get; init; }

    /// <summary>Whether the client narrows the candidates further, by their probabilities; how is its own affair.</summary>
    public bool Cuts { get; init; }

    /// <summary>Guessed tokens that a pass verifies at most, beside the one that is known; 0: one token a pass.</summary>
    public int DraftTokens { get; init; }

    /// <summary>Guesses of a pass at most.</summary>
    public const int MostDraftTokens = 32;

    /// <summary>Cached tokens at most.</summary>
    public int Capacity => PromptTokens + MaxTokens;

    /// <summary>Refuses sizes that the model cannot have.</summary>
    /// <exception cref="ArgumentException">With the reason.</exception>
    public void Check(ModelConfig config)
    {
        if (PromptTokens < 1 || MaxTokens < 1)
        {
            throw new ArgumentException($"A prompt of {PromptTokens} tokens and {MaxTokens} tokens to generate: both must be at least 1.");
        }

        if ((long)PromptTokens + MaxTokens > config.ContextLength)
        {
            throw new ArgumentException(
                $"{PromptTokens:N0} tokens of prompt and {MaxTokens:N0} to generate are more than the {config.ContextLength:N0} that "
                    + $"{config.Name} was made for. "
                + "Shorten the prompt, or lower --max-tokens.");
        }

        if (InFlight is < 1 or > MostInFlight)
        {
            throw new ArgumentException($"--in-flight takes 1 to {MostInFlight} pieces of the prompt, not {InFlight}.");
        }

        if (NoiseBits is < 0 or > Formats.MostNoiseBits)
        {
            throw new ArgumentException($"{NoiseBits} bits for noise: they must be from 0 to {Formats.MostNoiseBits}.");
        }

        if (Candidates is < 0 or > SamplingOptions.MostCandidates || (Cuts && Candidates == 0))
        {
            throw new ArgumentException($"{Candidates} candidates: they must be from 0 (all, without cuts) to "
                + $"{SamplingOptions.MostCandidates}.");
        }

        if (DraftTokens is < 0 or > MostDraftTokens)
        {
            throw new ArgumentException($"--draft-tokens {DraftTokens}: must be from 1 to {MostDraftTokens}.");
        }

        if (DraftTokens > 0 && !CachePolicy.StepsAppend)
        {
            throw new ArgumentException($"--draft does not run with --policy {CachePolicy.Name}: its steps select or evict, and tokens "
                + $"that were guessed wrongly could not leave the cache again. Policies whose steps do neither: "
                + $"{string.Join(", ", CachePolicy.All.Where(p => p.StepsAppend).Select(p => p.Name))}.");
        }

        SlidingLimit.Check(config, CachePolicy, Capacity);
        if (Reveal is not ("token" or "logits"))
        {
            throw new ArgumentException($"--reveal takes token or logits, not \"{Reveal}\".");
        }
    }

    /// <summary>The request with the shape that drawing tokens by these options takes under a model's plan.</summary>
    /// <exception cref="ArgumentException">What is added to logits has no room beside them.</exception>
    public GenerationRequest For(SamplingOptions options, FixedPointPlan plan, int vocabulary)
    {
        if (Reveal == "logits")
        {
            return this; // the client draws by itself
        }

        double room = Math.ScaleB(1, plan.LogitBits);
        int bits = (int)Math.Ceiling(Math.Log2(1 + (options.Reach / room)));
        bool cuts = options.TopP < 1 || options.MinP > 0;
        NumberFormat format = Formats.Logit(plan, Math.Min(bits, Formats.MostNoiseBits));
        if (cuts && CandidateDraw.WhyNoCuts(format.Ring, format.Frac, vocabulary) is { } reason)
        {
            throw new ArgumentException($"--top-p and --min-p do not run on this model's logits: {reason}. Take --top-k alone.");
        }

        return bits <= Formats.MostNoiseBits
            ? this with { NoiseBits = bits, Candidates = options.Draws ? options.Candidates : 0, Cuts = cuts && options.Draws }
            : throw new ArgumentException(FormattableString.Invariant(
                $"Noise and penalties may add {options.Reach:F0} to a logit, and beside this model's logits there is room for ")
                + FormattableString.Invariant($"{room * ((1 << Formats.MostNoiseBits) - 1):F0}: lower --temperature or the penalties."));
    }
}
