namespace MPCache.Inference;

/// <summary>
/// How a token is drawn from the logits. All of it stays with who sees the text; the parties agree on a shape alone
/// (<see cref="GenerationRequest.For"/>).
/// </summary>
/// <remarks>
/// The order is llama.cpp's: penalties, the <see cref="TopK"/> largest, of these the fewest whose probabilities reach <see cref="TopP"/>,
/// of these those at least <see cref="MinP"/> times as probable as the first, then a draw at <see cref="Temperature"/>. So the
/// probabilities that <see cref="TopP"/> and <see cref="MinP"/> speak of are those at temperature 1.
/// </remarks>
public sealed record SamplingOptions
{
    /// <summary>Candidates where <see cref="TopP"/> or <see cref="MinP"/> is asked for without <see cref="TopK"/>: llama.cpp's.</summary>
    public const int UsualCandidates = 40;

    /// <summary>Candidates at most.</summary>
    public const int MostCandidates = 256;

    /// <summary>The largest logit, always.</summary>
    public static SamplingOptions Greedy { get; } = new();

    /// <summary>What logits are divided by before probabilities are made of them; 0 takes the largest.</summary>
    public double Temperature { get; init; }

    /// <summary>The largest logits among which is drawn; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>The fewest candidates whose probabilities, among all <see cref="Candidates"/>, sum up to this much; 1 for all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Candidates at least so many times as probable as the most probable; 0 for all.</summary>
    public double MinP { get; init; }

    /// <summary>What all noise follows from, with a token's position.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Divides the odds of each token that occurred among the last <see cref="PenaltyWindow"/>: its logarithm is subtracted from the logit.
    /// (llama.cpp divides positive logits and multiplies negative ones, which would need the sign of a secret.)
    /// </summary>
    public double RepeatPenalty { get; init; } = 1;

    /// <summary>Subtracted from the logit of each token that occurred among the last ones.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>The same, as often as it occurred.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Last tokens, the prompt's included, that penalties look at.</summary>
    public int PenaltyWindow { get; init; } = 64;

    /// <summary>Candidates that are told apart from the rest; 0 where all tokens are.</summary>
    public int Candidates => TopK > 0 ? TopK : TopP < 1 || MinP > 0 ? UsualCandidates : 0;

    /// <summary>Whether logits are changed at all before the largest is taken.</summary>
    public bool Changes => Temperature > 0 || Penalises;

    /// <summary>Whether a token is drawn at all: at temperature 0 the most probable one is every candidate's better.</summary>
    public bool Draws => Temperature > 0;

    /// <summary>Whether tokens that occurred count for less, or more.</summary>
    public bool Penalises => RepeatPenalty != 1 || PresencePenalty != 0 || FrequencyPenalty != 0;

    /// <summary>How far what is added to a logit may lie from zero.</summary>
    public double Reach => (Sampler.NoiseReach * Temperature) + Math.Abs(Math.Log(RepeatPenalty)) + Math.Abs(PresencePenalty)
        + (PenaltyWindow * Math.Abs(FrequencyPenalty));

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="ArgumentException">The message names the option, its value and what it may be.</exception>
    public SamplingOptions Checked()
    {
        Require(Temperature is >= 0 and <= 10, "temperature", Temperature, "from 0 (the largest logit, always) to 10");
        Require(TopK is >= 0 and <= MostCandidates, "top-k", TopK, $"from 0 (all) to {MostCandidates}");
        Require(TopP is > 0 and <= 1, "top-p", TopP, "above 0 and at most 1 (all)");
        Require(MinP is >= 0 and <= 1, "min-p", MinP, "from 0 (all) to 1");
        Require(RepeatPenalty is >= 0.01 and <= 100, "repeat-penalty", RepeatPenalty, "from 0.01 to 100; 1 is none");
        Require(Math.Abs(PresencePenalty) <= 10, "presence-penalty", PresencePenalty, "from -10 to 10; 0 is none");
        Require(Math.Abs(FrequencyPenalty) <= 2, "frequency-penalty", FrequencyPenalty, "from -2 to 2; 0 is none");
        Require(PenaltyWindow is >= 0 and <= 8192, "repeat-last-n", PenaltyWindow, "from 0 to 8192");
        return this;
    }

    private static void Require(bool holds, string option, double value, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"--{option} {value}: must be {rule}."));
        }
    }
}
