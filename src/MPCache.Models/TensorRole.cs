namespace MPCache.Models;

/// <summary>What a tensor does in the model, whatever its name in the file. Shapes: <see cref="ModelConfig.ShapeOf"/>.</summary>
public enum TensorRole
{
    /// <summary>One row a token: vocabulary x width.</summary>
    TokenEmbedding,

    /// <summary>One row a position: context x width. GPT-2 only.</summary>
    PositionEmbedding,

    /// <summary>Scale of the norm before attention: width.</summary>
    AttentionNorm,

    /// <summary>Shift of the norm before attention: width. GPT-2 only.</summary>
    AttentionNormBias,

    /// <summary>Query projection: (heads * head size) x width, rotary halves order.</summary>
    Query,

    /// <summary>Query bias: heads * head size. GPT-2 only.</summary>
    QueryBias,

    /// <summary>Key projection: (key/value heads * head size) x width, rotary halves order.</summary>
    Key,

    /// <summary>Key bias: key/value heads * head size. GPT-2 only.</summary>
    KeyBias,

    /// <summary>Value projection: (key/value heads * head size) x width.</summary>
    Value,

    /// <summary>Value bias: key/value heads * head size. GPT-2 only.</summary>
    ValueBias,

    /// <summary>Projection of the attended values: width x (heads * head size).</summary>
    AttentionOutput,

    /// <summary>Bias of that projection: width. GPT-2 only.</summary>
    AttentionOutputBias,

    /// <summary>Scale of the norm before the feed-forward part: width.</summary>
    FeedForwardNorm,

    /// <summary>Shift of the norm before the feed-forward part: width. GPT-2 only.</summary>
    FeedForwardNormBias,

    /// <summary>SwiGLU gate: feed-forward x width. Llama only.</summary>
    Gate,

    /// <summary>Up projection: feed-forward x width.</summary>
    Up,

    /// <summary>Up bias: feed-forward. GPT-2 only.</summary>
    UpBias,

    /// <summary>Down projection: width x feed-forward.</summary>
    Down,

    /// <summary>Down bias: width. GPT-2 only.</summary>
    DownBias,

    /// <summary>Scale of the last norm: width.</summary>
    OutputNorm,

    /// <summary>Shift of the last norm: width. GPT-2 only.</summary>
    OutputNormBias,

    /// <summary>Logits from the last state: vocabulary x width; the token embedding itself where the output is tied.</summary>
    Output,
}
