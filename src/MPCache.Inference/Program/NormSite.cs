using MPCache.Cache;

namespace MPCache.Inference;

/// <summary>The places where rows are normalised.</summary>
public enum NormSite
{
    /// <summary>Before attention.</summary>
    Attention,

    /// <summary>Before the feed-forward block.</summary>
    FeedForward,

    /// <summary>Before the logits.</summary>
    Output,
}
