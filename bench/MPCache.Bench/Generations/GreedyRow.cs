using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>One prompt's private text beside the reference's.</summary>
internal sealed record GreedyRow
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("prompt_tokens")]
    public required int PromptTokens { get; init; }

    /// <summary>Tokens equal to the reference's, before the first that is not.</summary>
    [JsonPropertyName("equal")]
    public required int Equal { get; init; }

    /// <summary>Tokens compared: up to the first departure, without it where the reference itself was almost undecided.</summary>
    [JsonPropertyName("compared")]
    public required int Compared { get; init; }

    /// <summary>The reference's margin where the text departs; null where it does not.</summary>
    [JsonPropertyName("margin_at_departure"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MarginAtDeparture { get; init; }

    /// <summary>Whether rounds and bytes of every phase were those that the cost engine predicted.</summary>
    [JsonPropertyName("as_predicted")]
    public required bool AsPredicted { get; init; }

    [JsonPropertyName("prefill_seconds")]
    public required double PrefillSeconds { get; init; }

    /// <summary>Median seconds of a decoded token; null where there was none.</summary>
    [JsonPropertyName("token_seconds")]
    public double? TokenSeconds { get; init; }

    /// <summary>The comparison of a private text.</summary>
    public static GreedyRow Of(GreedyPrompt prompt, GenerationReport report)
    {
        var verdict = GreedyVerdict.Of(prompt, report.Tokens);
        return new GreedyRow
        {
            Name = prompt.Name,
            PromptTokens = prompt.PromptIds.Length,
            Equal = verdict.Equal,
            Compared = verdict.Compared,
            MarginAtDeparture = verdict.Equal < prompt.GreedyIds.Length ? prompt.Margins[verdict.Equal] : null,
            AsPredicted = Predictions.Hold(report),
            PrefillSeconds = report.Prefill.Seconds,
            TokenSeconds = report.Decode.Length > 0 ? Spread.Of(report.Decode.Select(d => d.Seconds)).Median : null,
        };
    }

    /// <summary>For the console.</summary>
    [JsonIgnore]
    public string Line => $"{Name,-20} {PromptTokens,6}  {$"{Equal}/{Compared}",14}  {(AsPredicted ? "yes" : "NO"),12}  "
        + $"{PrefillSeconds,9:F2}  {TokenSeconds,7:F3}"
        + (MarginAtDeparture is { } margin ? $"  departs at token {Equal + 1}, where the reference's margin is {margin:G3}" : "");
}
