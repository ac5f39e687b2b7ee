using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>What a cache policy came to.</summary>
/// <param name="Options">Every option of the policy.</param>
/// <param name="Kept">Prompt tokens that each layer kept after prefill; empty where the number depends on the prompt.</param>
/// <param name="Selected">Tokens that each head of each layer attended to at the last step; empty as above.</param>
public sealed record CacheLine(
    [property: JsonPropertyName("options")] Dictionary<string, string> Options,
    [property: JsonPropertyName("kept")] int[] Kept,
    [property: JsonPropertyName("selected")] int[] Selected)
{
    /// <summary>The line for a prompt and as many further tokens in the cache.</summary>
    public static CacheLine Of(CachePolicy policy, int prompt, int generated, int layers)
    {
        policy = policy.Of(layers);
        int[] ForLayers(Func<int, int> count) => policy.HasPublicCounts ? [.. Enumerable.Range(0, layers).Select(count)] : [];
        return new CacheLine(policy.Options.Where(o => !o.IsAlias).ToDictionary(o => o.Name, o => o.Read(policy)),
            ForLayers(l => policy.Kept(prompt, l)), ForLayers(l => policy.Selected(prompt, generated, l)));
    }
}
