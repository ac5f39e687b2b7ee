using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Bench;

/// <summary>
/// Passes that verify guesses of a text. The text does not depend on the guesses, so the plaintext engine writes it once and each drafter
/// guesses at it.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="weights">Its weights in single precision.</param>
/// <param name="plan">Its formats: for exact costs.</param>
internal sealed class Drafted(ModelFile model, FloatWeights weights, FixedPointPlan plan)
{
    private static readonly string[] Links = ["lan", "wan"];

    /// <summary>The greedy text after a prompt, an end token included.</summary>
    public int[] Write(int[] prompt, int most)
    {
        var program = new FloatProgram(weights, CachePolicy.Named("full"));
        var text = new List<int> { FloatProgram.Largest(program.Prompt(prompt)) };
        while (text.Count < most && !model.Tokenizer.EndTokens.Contains(text[^1]))
        {
            text.Add(FloatProgram.Largest(program.Step([text[^1]])));
        }

        return [.. text];
    }

    /// <summary>A drafter's guesses at a text, and what its passes cost.</summary>
    public DraftRow Guess(PromptText what, int[] prompt, int[] text, string name, IDrafter drafter, int draftTokens)
    {
        var speculation = new Speculation(drafter, draftTokens, Always: false);
        List<int> seen = [.. prompt, text[0]];
        var passes = new List<(int Rows, int Kept)>();
        for (int at = 1; at < text.Length;)
        {
            int[] rows = speculation.Rows(seen, text.Length - at);
            int kept = Speculation.Kept(rows, text.AsSpan(at, rows.Length)); // what the model says after rows that are right
            passes.Add((rows.Length, kept));
            seen.AddRange(text[at..(at + kept)]);
            at += kept;
        }

        Cost with = Cost(prompt.Length, text.Length, draftTokens, passes);
        Cost without = Cost(prompt.Length, text.Length, 0, [.. Enumerable.Repeat((1, 1), text.Length - 1)]);
        Dictionary<string, double> Seconds(Cost cost) => Links.ToDictionary(
            link => link,
            link => PlanCommand.Line("", cost, PlanCommand.ParseLink(link)).Seconds!.Value / (text.Length - 1));
        return new DraftRow
        {
            Name = what.Name,
            Draft = name,
            DraftTokens = draftTokens,
            PromptTokens = prompt.Length,
            Tokens = text.Length - 1,
            Passes = passes.Count,
            RowsAPass = passes.Average(p => p.Rows),
            LinkSeconds = Seconds(with),
            LinkSecondsWithout = Seconds(without),
        };
    }

    /// <summary>Exact costs of passes after a prompt, which itself is not counted.</summary>
    private Cost Cost(int prompt, int most, int draftTokens, List<(int Rows, int Kept)> passes)
    {
        var request = new GenerationRequest
        {
            PromptTokens = prompt,
            MaxTokens = most,
            Policy = "full",
            Reveal = "token",
            DraftTokens = draftTokens,
            FillCache = true,
        };
        using var costs = new CostModel(model.Config, plan, request);
        costs.Prefill();
        Cost all = default;
        foreach ((int rows, int kept) in passes)
        {
            all += costs.Decode(rows);
            costs.Keep(kept);
        }

        return all;
    }
}
