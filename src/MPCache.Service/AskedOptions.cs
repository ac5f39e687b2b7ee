using System.Security.Cryptography;
using System.Text.Json;
using MPCache.Inference;

namespace MPCache.Service;

/// <summary>What both kinds of completions take. Members that are not here are left aside, as OpenAI's clients send many.</summary>
internal record AskedOptions
{
    public string? Model { get; init; }

    public int? MaxTokens { get; init; }

    public int? MaxCompletionTokens { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public int? TopK { get; init; }

    public double? MinP { get; init; }

    public long? Seed { get; init; }

    public double? PresencePenalty { get; init; }

    public double? FrequencyPenalty { get; init; }

    public double? RepeatPenalty { get; init; }

    public JsonElement? Stop { get; init; }

    public int? N { get; init; }

    public bool Stream { get; init; }

    public StreamOptions? StreamOptions { get; init; }

    public JsonElement? Logprobs { get; init; }

    public JsonElement? LogitBias { get; init; }

    /// <summary>What is not run privately, with the reason.</summary>
    protected virtual void Refuse()
    {
        Refuse(N is not (null or 1), "n", "One answer to a request: n must be 1.");
        Refuse(Logprobs is { ValueKind: not (JsonValueKind.Null or JsonValueKind.False) }, "logprobs",
            "logprobs cannot be had privately: the token is chosen under MPC and opened to this client alone; logits stay secret, since "
                + "they tell the model's output matrix.");
        Refuse(LogitBias is { ValueKind: JsonValueKind.Object } bias && bias.EnumerateObject().Any(), "logit_bias",
            "logit_bias is not there. presence_penalty and frequency_penalty are.");
    }

    /// <summary>How the answer is made.</summary>
    /// <exception cref="RequestException">Something is asked for that is not there.</exception>
    public AnswerOptions Answer()
    {
        Refuse();
        return new AnswerOptions
        {
            MaxTokens = MaxCompletionTokens ?? MaxTokens,
            Stop = Stops(),
            Sampling = new SamplingOptions
            {
                Temperature = Temperature ?? 0,
                TopK = TopK ?? 0,
                TopP = TopP ?? 1,
                MinP = MinP ?? 0,
                Seed = Seed is { } seed ? (ulong)seed : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)),
                PresencePenalty = PresencePenalty ?? 0,
                FrequencyPenalty = FrequencyPenalty ?? 0,
                RepeatPenalty = RepeatPenalty ?? 1,
            },
        }.Checked();
    }

    protected static void Refuse(bool asked, string param, string why)
    {
        if (asked)
        {
            throw new RequestException(why, param);
        }
    }

    private string[] Stops() => Stop switch
    {
        null or { ValueKind: JsonValueKind.Null } => [],
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() <= 16
            && list.EnumerateArray().All(s => s.ValueKind == JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(s => s.GetString()!)],
        _ => throw new RequestException("stop takes a string or a list of at most 16.", "stop"),
    };
}
