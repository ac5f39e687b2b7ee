using System.Collections.Immutable;

namespace MPCache.Models.Text;

/// <summary>What every tokenizer reads from a model file, not yet checked.</summary>
/// <param name="File">Where the tables come from, for errors.</param>
/// <param name="Tokens">Text of each id; null where the file has no token of that id.</param>
/// <param name="Kinds">Kind of each id; as long as <paramref name="Tokens"/>.</param>
internal abstract record TokenizerTables(string File, string?[] Tokens, TokenKind[] Kinds)
{
    /// <summary>The token that begins a plain text; null where none does.</summary>
    public int? BeginToken { get; init; }

    /// <summary>Tokens that end a text or a turn, ascending.</summary>
    public ImmutableArray<int> EndTokens { get; init; } = [];

    /// <summary>Control tokens that swallow the white space after them.</summary>
    public ImmutableHashSet<int> StripAfter { get; init; } = [];

    /// <summary>The tokenizer of these tables.</summary>
    /// <exception cref="ModelFormatException">The tables do not fit together.</exception>
    public abstract ITextTokenizer Create();
}
