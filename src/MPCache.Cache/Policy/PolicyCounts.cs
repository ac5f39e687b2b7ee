namespace MPCache.Cache;

/// <summary>
/// How many tokens a policy judges, keeps and selects, from public counts alone: prompt tokens, generated tokens, layer.
/// Under MPC these are what everyone may know, so no engine may need more. <c>generated</c> counts the tokens whose keys the cache holds
/// beside the prompt's, the current one included.
/// </summary>
public static class PolicyCounts
{
    /// <summary>Queries at the end of the prompt that judge its tokens: a share of the prompt rounded down, or a fixed number; at least one.</summary>
    public static int WindowLength(this CachePolicy policy, int prompt)
    {
        CheckCounts(prompt, 0, 0);
        int window = policy.WindowQueries > 0
            ? policy.WindowQueries
            : (int)(prompt * (prompt > policy.LongPrompt ? policy.LongWindowShare : policy.WindowShare));
        return Math.Min(prompt, Math.Max(1, window));
    }

    /// <summary>Prompt tokens of a layer that stay after eviction, for each of its key heads.</summary>
    /// <exception cref="InvalidOperationException">The policy evicts by threshold: the number depends on the data.</exception>
    public static int Kept(this CachePolicy policy, int prompt, int layer)
    {
        CheckCounts(prompt, 0, layer);
        if (!policy.Evicts(prompt, layer))
        {
            return prompt;
        }
        return policy.Eviction switch
        {
            EvictionKind.Count => (int)Math.Min(prompt, Math.Max(policy.LayerBudgets?.Of(layer) ?? policy.BudgetOf(prompt), (long)policy.SinkTokens + policy.RecentTokens)),
            EvictionKind.Recent => Math.Min(prompt, policy.BudgetOf(prompt)),
            _ => throw new InvalidOperationException("How many tokens --eviction threshold keeps depends on the prompt; use --eviction count where counts must be public."),
        };
    }

    /// <summary>Tokens in the cache of a layer: those kept of the prompt and all generated ones.</summary>
    /// <inheritdoc cref="Kept"/>
    public static int Cached(this CachePolicy policy, int prompt, int generated, int layer)
    {
        CheckCounts(prompt, generated, layer);
        return policy.Kept(prompt, layer) + generated;
    }

    /// <summary>
    /// Tokens that each head of a layer attends to at one step: exactly where <see cref="CachePolicy.HasPublicCounts"/> is true,
    /// at most with <see cref="AlwaysKeptRule.Reference"/>.
    /// </summary>
    /// <inheritdoc cref="Kept"/>
    public static int Selected(this CachePolicy policy, int prompt, int generated, int layer) =>
        policy.SelectedOf(policy.Cached(prompt, generated, layer), prompt, layer);

    /// <summary>The rankings of one step at a layer, or null where it selects nothing by rank or follows another layer's selection.</summary>
    /// <inheritdoc cref="Kept"/>
    public static SelectionShape? Ranking(this CachePolicy policy, int prompt, int generated, int layer) =>
        policy.Selection == SelectionKind.Clusters && layer >= policy.SkipLayers && policy.Leader(layer) == layer
            ? SelectionShape.Of(policy, policy.Cached(prompt, generated, layer))
            : null;

    /// <summary>True when eviction can drop tokens of this prompt at this layer.</summary>
    public static bool Evicts(this CachePolicy policy, int prompt, int layer)
    {
        CheckCounts(prompt, 0, layer);
        return policy.Eviction != EvictionKind.None && layer >= policy.SkipLayers && prompt >= policy.EvictFrom && prompt > 0;
    }

    /// <summary>Tokens selected out of <paramref name="cached"/>, where the cache's size is known already.</summary>
    internal static int SelectedOf(this CachePolicy policy, int cached, int prompt, int layer)
    {
        if (layer < policy.SkipLayers)
        {
            return cached;
        }
        return policy.Selection switch
        {
            SelectionKind.Clusters => SelectionShape.Of(policy, cached).Selected,
            SelectionKind.Recent => Math.Min(cached, policy.BudgetOf(prompt)),
            _ => cached,
        };
    }

    /// <summary>Tokens that eviction, and the recent kind of selection, keep in all; at least one.</summary>
    internal static int BudgetOf(this CachePolicy policy, int prompt) => policy.Budget > 0 ? policy.Budget : policy.RatioOf(prompt);

    // Halves go to the even neighbour, as in the reference's language.
    private static int RatioOf(this CachePolicy policy, int prompt) => Math.Max(1, (int)Math.Round(policy.StaticRatio * prompt, MidpointRounding.ToEven));

    private static void CheckCounts(int prompt, int generated, int layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(generated);
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
    }
}
