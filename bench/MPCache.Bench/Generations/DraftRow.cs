using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>One text whose tokens were guessed by one drafter, so many a pass.</summary>
internal sealed record DraftRow
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Who guessed: ngram, or a model's name.</summary>
    [JsonPropertyName("draft")]
    public required string Draft { get; init; }

    [JsonPropertyName("draft_tokens")]
    public required int DraftTokens { get; init; }

    [JsonPropertyName("prompt_tokens")]
    public required int PromptTokens { get; init; }

    /// <summary>Tokens of the text after the first, which the prompt gives.</summary>
    [JsonPropertyName("tokens")]
    public required int Tokens { get; init; }

    [JsonPropertyName("passes")]
    public required int Passes { get; init; }

    [JsonPropertyName("tokens_a_pass")]
    public double TokensAPass => (double)Tokens / Passes;

    [JsonPropertyName("rows_a_pass")]
    public required double RowsAPass { get; init; }

    /// <summary>On each link, seconds of latency and bandwidth a token, from the exact costs of these very passes; computing apart.</summary>
    [JsonPropertyName("link_seconds_a_token")]
    public required Dictionary<string, double> LinkSeconds { get; init; }

    /// <summary>The same without guesses.</summary>
    [JsonPropertyName("link_seconds_a_token_without")]
    public required Dictionary<string, double> LinkSecondsWithout { get; init; }

    /// <summary>Seconds a token as measured in a private run; null where none was asked for.</summary>
    [JsonPropertyName("private_seconds_a_token"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? PrivateSeconds { get; init; }

    /// <summary>The same without guesses, in the run before.</summary>
    [JsonPropertyName("private_seconds_a_token_without"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? PrivateSecondsWithout { get; init; }
}
