using System.Text.Json.Serialization;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Bench;

/// <summary>What a policy costs privately, exactly, by the cost engine: nothing runs.</summary>
internal sealed record PolicyCosts
{
    /// <summary>Tokens of the prompt that was priced.</summary>
    [JsonPropertyName("prompt")]
    public required int Prompt { get; init; }

    /// <summary>Over the full cache: what judges the prompt, evicts after it, and is made for the first step alone.</summary>
    [JsonPropertyName("once")]
    public required Price Once { get; init; }

    /// <summary>A token, in the mean of eight.</summary>
    [JsonPropertyName("token")]
    public required Price Token { get; init; }

    /// <summary>Bytes and rounds.</summary>
    internal sealed record Price(
        [property: JsonPropertyName("online")] long Online,
        [property: JsonPropertyName("dealt")] long Dealt,
        [property: JsonPropertyName("rounds")] long Rounds);

    private const int Steps = 8;

    /// <summary>Costs of a policy given as text.</summary>
    public static PolicyCosts Of(ModelConfig config, FixedPointPlan plan, string policy, int prompt)
    {
        (Cost prefill, Cost first, Cost later) = Run(config, plan, policy, prompt);
        (Cost fullPrefill, _, _) = Run(config, plan, "full", prompt);
        long Once(Func<Cost, long> of) => of(prefill) - of(fullPrefill) + Math.Max(0, of(first) - (of(later) / Steps));
        return new PolicyCosts
        {
            Prompt = prompt,
            Once = new(Once(c => c.Online), Once(c => c.Dealt), Once(c => c.Rounds)),
            Token = new(later.Online / Steps, later.Dealt / Steps, later.Rounds / Steps),
        };
    }

    private static (Cost Prefill, Cost First, Cost Later) Run(ModelConfig config, FixedPointPlan plan, string policy, int prompt)
    {
        var request = new GenerationRequest { PromptTokens = prompt, MaxTokens = Steps + 3, Policy = policy, Reveal = "token" };
        using var costs = new CostModel(config, plan, request);
        Cost prefill = costs.Prefill(), first = costs.Decode(), later = default;
        for (int i = 0; i < Steps; i++)
        {
            later += costs.Decode();
        }

        return (prefill, first, later);
    }
}
