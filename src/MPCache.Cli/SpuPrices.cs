using System.Text.Json.Serialization;
using MPCache.Inference;
using MPCache.Models;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary>
/// What attention over the cache costs a step in SPU, the engine that MPCache's authors measured in (arXiv 2501.06807), by its measured
/// prices: what a policy would gain there, where softmax is dear and scores are not. Products of secrets are not among the prices: neither
/// queries times keys, which every policy has, nor one-hot rows times keys and values, which gathering takes there.
/// </summary>
internal static class SpuPrices
{
    /// <summary>Bytes of softmax for each of its elements.</summary>
    public const double SoftmaxElement = 390;

    /// <summary>Bytes of ranking for each candidate: 5.8 MB for 50 of 512 in 32 rows.</summary>
    public const double RankedCandidate = 5.8e6 / (512 * 32);

    /// <summary>Bytes of turning what was chosen to one-hot rows, for each of their elements: 170 MB for the same.</summary>
    public const double OneHotElement = 170e6 / (50 * 512 * 32);

    /// <summary>One policy's step.</summary>
    internal sealed record Line(
        [property: JsonPropertyName("policy")] string Policy,
        [property: JsonPropertyName("softmax_bytes")] double Softmax,
        [property: JsonPropertyName("ranking_bytes")] double Ranking,
        [property: JsonPropertyName("one_hot_bytes")] double OneHot)
    {
        [JsonPropertyName("bytes")]
        public double Bytes => Softmax + Ranking + OneHot;
    }

    /// <summary>A step of the full cache, and one of the policy.</summary>
    public static Line[] Of(ModelConfig config, FixedPointPlan plan, GenerationRequest request) =>
        [Step(config, plan, request with { Policy = "full" }), Step(config, plan, request)];

    /// <summary>A table of both and how many times less the second is.</summary>
    public static void Show(Line[] lines)
    {
        Table table = Rendering.Table(
            "attention over the cache, a token, in SPU's prices", "policy", "softmax", "ranking", "one-hot rows", "in all", "times less");
        foreach (Line line in lines)
        {
            table.Row(
                line.Policy,
                Rendering.Bytes((long)line.Softmax),
                Rendering.Bytes((long)line.Ranking),
                Rendering.Bytes((long)line.OneHot),
                Rendering.Bytes((long)line.Bytes),
                $"{lines[0].Bytes / line.Bytes:N2}");
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"{SoftmaxElement:N0} bytes an element of softmax, {RankedCandidate:N0} a ranked candidate, "
            + $"{OneHotElement:N0} an element of one-hot rows. Products of secrets have no price here.");
    }

    private static Line Step(ModelConfig config, FixedPointPlan plan, GenerationRequest request)
    {
        using var costs = new CostModel(config, plan, request with { MaxTokens = 4, DraftTokens = 0, FillCache = true });
        costs.Prefill();
        costs.Decode(); // the first also makes what a policy needs of the kept tokens
        OperationCounts before = costs.Counts;
        costs.Decode();
        OperationCounts step = costs.Counts - before;
        return new Line(
            request.Policy,
            SoftmaxElement * step.SoftmaxElements,
            RankedCandidate * step.RankedCandidates,
            OneHotElement * step.OneHotElements);
    }
}
