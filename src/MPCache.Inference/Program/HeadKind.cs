using MPCache.Cache;

namespace MPCache.Inference;

/// <summary>What the first matrix of a layer makes of a row, in the order of its outputs.</summary>
public enum HeadKind
{
    /// <summary>What looks.</summary>
    Query,

    /// <summary>What is looked at.</summary>
    Key,

    /// <summary>What is taken from there.</summary>
    Value,
}
