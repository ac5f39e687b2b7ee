namespace MPCache.Models;

/// <summary>What a tensor does in the model, whatever its name in the file. Shapes: <see cref="ModelConfig.ShapeOf"/>.</summary>
public enum TensorRole
{
    /// <summary>One row a token: vocabulary x width.</summary>
    TokenEmbedding,

    /// <summary>One row a position: context x width.</summary>
    PositionEmbedding,

    /// <summary>Scale of the norm before attention: width.</summary>
    AttentionNorm,

    /// <summary>Shift of the norm before attention: width.</summary>
    AttentionNormBias,

    /// <summary>Query projection: (heads * head size) x width, rotary halves order.</summary>
    Query,

    /// <summary>Query bias: heads * head size.</summary>
    QueryBias,

    /// <summary>Key projection: (key/value heads * head size) x width, rotary halves order.</summary>
    Key,

    /// <summary>Key bias: key/value heads * head size.</summary>
    KeyBias,

    /// <summary>Value projection: (key/value heads * head size) x width.</summary>
    Value,

    /// <summary>Value bias: key/value heads * head size.</summary>
    ValueBias,

    /// <summary>Scale of the norm of each head's query: head size.</summary>
    QueryNorm,

    /// <summary>Scale of the norm of each head's key: head size.</summary>
    KeyNorm,

    /// <summary>Projection of the attended values: width x (heads * head size).</summary>
    AttentionOutput,

    /// <summary>Bias of that projection: width.</summary>
    AttentionOutputBias,

    /// <summary>Scale of the norm of what attention gives, before it is added: width.</summary>
    AttentionPostNorm,

    /// <summary>Scale of the norm before the feed-forward part: width.</summary>
    FeedForwardNorm,

    /// <summary>Shift of the norm before the feed-forward part: width.</summary>
    FeedForwardNormBias,

    /// <summary>Gate projection: feed-forward x width.</summary>
    Gate,

    /// <summary>Up projection: feed-forward x width.</summary>
    Up,

    /// <summary>Up bias: feed-forward.</summary>
    UpBias,

    /// <summary>Down projection: width x feed-forward.</summary>
    Down,

    /// <summary>Down bias: width.</summary>
    DownBias,

    /// <summary>Scale of the norm of what the feed-forward part gives, before it is added: width.</summary>
    FeedForwardPostNorm,

    /// <summary>Scale of the last norm: width.</summary>
    OutputNorm,

    /// <summary>Shift of the last norm: width.</summary>
    OutputNormBias,

    /// <summary>Logits from the last state: vocabulary x width; the token embedding itself where the output is tied.</summary>
    Output,
}
