namespace MPCache.Cache;

/// <summary>Names of the parts of a run, by which reports count rounds, bytes and time.</summary>
public static class Stages
{
    /// <summary>Token embeddings.</summary>
    public const string Embedding = "embedding";

    /// <summary>Both norms of a layer.</summary>
    public const string Norm = "norm";

    /// <summary>The product with the query, key and value matrices.</summary>
    public const string QueryKeyValue = "query-key-value";

    /// <summary>Norms of each head's query and key.</summary>
    public const string QueryKeyNorm = "query-key-norm";

    /// <summary>Rotation, and the openings that make keys, values and queries ready for products.</summary>
    public const string KeysValues = "keys-values";

    /// <summary>Queries times keys.</summary>
    public const string Scores = "scores";

    /// <summary>What a policy builds over clusters of keys.</summary>
    public const string ClusterVectors = "cluster-vectors";

    /// <summary>Ranking what a step may attend to.</summary>
    public const string Selection = "selection";

    /// <summary>Bringing the selected scores together.</summary>
    public const string Gather = "gather";

    /// <summary>Numerators and reciprocals.</summary>
    public const string Softmax = "softmax";

    /// <summary>Putting probabilities back to their tokens.</summary>
    public const string Scatter = "scatter";

    /// <summary>Numerators times values, divided by their sums; and what a policy notes of them.</summary>
    public const string WeightedSum = "weighted-sum";

    /// <summary>The product with the output matrix of attention.</summary>
    public const string AttentionOutput = "attention-output";

    /// <summary>The product with gate and up.</summary>
    public const string GateUp = "gate-up";

    /// <summary>The activation.</summary>
    public const string Activation = "activation";

    /// <summary>The product with the down matrix.</summary>
    public const string Down = "down";

    /// <summary>The last norm and the product with the output matrix.</summary>
    public const string Output = "output";

    /// <summary>Choosing a token.</summary>
    public const string Choice = "choice";

    /// <summary>Dropping tokens from the caches.</summary>
    public const string Eviction = "eviction";

    /// <summary>For measurements: public pseudo-random keys and values in place of a prompt's.</summary>
    public const string Fill = "fill";
}
