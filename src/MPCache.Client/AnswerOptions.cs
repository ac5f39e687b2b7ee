namespace MPCache.Client;

/// <summary>How one answer is made.</summary>
public sealed record AnswerOptions
{
    /// <summary>Tokens at most; null for the client's standard, or what the model's context leaves.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>How tokens are drawn.</summary>
    public SamplingOptions Sampling { get; init; } = SamplingOptions.Greedy;

    /// <summary>Strings that end the text where they first come; the text stops before them.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="ArgumentException">With the option and what it may be.</exception>
    public AnswerOptions Checked()
    {
        if (Stop.Contains(""))
        {
            throw new ArgumentException("A stop string is empty: say which string ends the text.");
        }

        Sampling.Checked();
        return this;
    }
}
