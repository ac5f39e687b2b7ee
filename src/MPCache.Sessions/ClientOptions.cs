using System.Diagnostics;
using MPCache.Kernels;
using MPCache.Inference;
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

    /// <summary>How tokens are drawn. The parties see a shape of it alone (<see cref="GenerationRequest.For"/>).</summary>
    public SamplingOptions Sampling { get; init; } = SamplingOptions.Greedy;

    /// <summary>Who guesses tokens for a pass to verify, where the request has <see cref="GenerationRequest.DraftTokens"/>.</summary>
    public IDrafter? Drafter { get; init; }

    /// <summary>Whether each pass has all its rows, guessed or not, so that nobody learns when nothing was guessed.</summary>
    public bool FullPasses { get; init; }

    /// <summary>Strings that end the text where they first come; the text stops before them.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Whether the text ends with the last of these tokens.</summary>
    public bool Ends(IReadOnlyList<int> tokens)
        => EndTokens.Contains(tokens[^1]) || (Stop.Count > 0 && StopText.Find(Decode([.. tokens]), Stop) >= 0);

    /// <summary>The text of tokens, up to the first string that ends it.</summary>
    public string Text(int[] tokens)
    {
        string text = Decode(tokens);
        int end = StopText.Find(text, Stop);
        return end < 0 ? text : text[..end];
    }

    /// <summary>Packs that were dealt ahead, in place of a dealer.</summary>
    public PackStore? Packs { get; init; }

    /// <summary>Told which pack is begun.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>Masked weights are stored up to this size, bytes.</summary>
    public long MostWeightBytes { get; init; } = 64L << 30;
}
