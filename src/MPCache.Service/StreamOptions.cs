namespace MPCache.Service;

/// <summary>What a stream holds beside the text.</summary>
internal sealed record StreamOptions
{
    /// <summary>A last chunk with <c>usage</c>.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>Ours: chunks without choices that say under <c>mpcache</c> what happens and what has crossed the links.</summary>
    public bool IncludeProgress { get; init; }
}
