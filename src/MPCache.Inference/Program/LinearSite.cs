using MPCache.Cache;

namespace MPCache.Inference;

/// <summary>The matrices of a layer, and the output matrix. Fused ones are those whose products share an exchange.</summary>
public enum LinearSite
{
    /// <summary>Queries, keys and values: (heads + 2 kv heads) x head dim outputs, in this order.</summary>
    QueryKeyValue,

    /// <summary>Heads back to the residual stream.</summary>
    AttentionOutput,

    /// <summary>Gate and up, or up alone where the model has no gate.</summary>
    GateUp,

    /// <summary>Feed-forward back to the residual stream.</summary>
    Down,

    /// <summary>Logits.</summary>
    Output,

    /// <summary>Weights of the norm of each head's query and key, head by head: a vector of (heads + kv heads) x head dim.</summary>
    QueryKeyNorm,

    /// <summary>Weights of the norm after attention: a vector.</summary>
    AttentionPostNorm,

    /// <summary>Weights of the norm after the feed-forward part: a vector.</summary>
    FeedForwardPostNorm,
}
