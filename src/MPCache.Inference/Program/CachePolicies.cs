using MPCache.Cache;

namespace MPCache.Inference;

/// <summary>Which cache policies run on shares.</summary>
public static class CachePolicies
{
    /// <summary>Reads a policy and refuses what cannot run on shares.</summary>
    /// <exception cref="ArgumentException">With the reason and the cure.</exception>
    public static CachePolicy ForShares(string text)
    {
        CachePolicy policy = CachePolicy.Parse(text);
        if (!policy.HasPublicCounts)
        {
            throw new ArgumentException($"The policy \"{text}\" keeps or selects a number of tokens that depends on the prompt: under MPC such numbers are public. Use --eviction count and --always-kept beside, or --plain.");
        }

        if (policy.Selection == SelectionKind.Clusters && policy.Score is not (ClusterScore.Linear or ClusterScore.Mean))
        {
            throw new ArgumentException($"The policy \"{text}\" ranks clusters by {policy.Score}, which is not linear in the scores and does not run under MPC. Use --score linear or mean, or --plain.");
        }

        return policy;
    }
}
