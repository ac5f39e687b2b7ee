using System.Collections.Immutable;

namespace MPCache.Models.Text;

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
