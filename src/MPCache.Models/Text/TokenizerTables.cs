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

/// <summary>Byte-level BPE: GPT-2, SmolLM2, Llama 3, Qwen, Mistral's tekken.</summary>
/// <param name="File">Where the tables come from, for errors.</param>
/// <param name="Tokens">Text of each id in the byte alphabet.</param>
/// <param name="Kinds">Kind of each id.</param>
/// <param name="Merges">"left right" in the byte alphabet, the most urgent first.</param>
/// <param name="Split">How words are cut.</param>
/// <param name="WholeWords">Whether a word that is a token is that token, whatever the merges say.</param>
internal sealed record ByteLevelTables(string File, string?[] Tokens, TokenKind[] Kinds, string[] Merges, PreTokenization Split,
    bool WholeWords)
    : TokenizerTables(File, Tokens, Kinds)
{
    public override ITextTokenizer Create() => new ByteLevelBpe(this);
}

/// <summary>SentencePiece's BPE: Llama 2, Mistral, Phi-3, Gemma.</summary>
/// <param name="File">Where the tables come from, for errors.</param>
/// <param name="Tokens">Text of each id; a space is U+2581.</param>
/// <param name="Kinds">Kind of each id.</param>
/// <param name="Scores">Of each id: of two pairs that could merge, the one whose result has the higher score does.</param>
/// <param name="Prefix">Whether texts get a space before them.</param>
internal sealed record SentencePieceTables(string File, string?[] Tokens, TokenKind[] Kinds, float[] Scores, SpacePrefix Prefix)
    : TokenizerTables(File, Tokens, Kinds)
{
    public override ITextTokenizer Create() => new SentencePieceBpe(this);
}

/// <summary>Where a SentencePiece vocabulary puts a space before a text, so that its first word is the word that stands inside a
/// sentence.</summary>
internal enum SpacePrefix
{
    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>At the very beginning, if the text has none there.</summary>
    First,

    /// <summary>At the beginning and after every control token.</summary>
    Always,
}
