using System.Collections.Immutable;

namespace MPCache.Models.Text;

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
