using System.Diagnostics;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>What the client brings to a generation beside its prompt.</summary>
public sealed record ClientOptions
{
    /// <summary>Where masked weights are kept.</summary>
    public required string Folder { get; init; }

    /// <summary>Ids to text; the tokenizer is the client's.</summary>
    public required Func<int[], string> Decode { get; init; }

    /// <summary>
    /// Tokens that end the text, from the client's own tokenizer: a server that chose them could ask whether a token came.
    /// </summary>
    public required IReadOnlyCollection<int> EndTokens { get; init; }

    /// <summary>Runs all tokens that were asked for, so that nobody learns when the text ended.</summary>
    public bool FixedLength { get; init; }

    /// <summary>Masked weights are stored up to this size, bytes.</summary>
    public long MostWeightBytes { get; init; } = 64L << 30;
}
