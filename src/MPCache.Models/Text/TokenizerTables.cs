namespace MPCache.Models.Text;

/// <summary>How a token may come out of a text.</summary>
internal enum TokenKind
{
    /// <summary>Written in the byte alphabet; made by merges.</summary>
    Text,

    /// <summary>Control token: matched literally, and only where the caller allows it.</summary>
    Special,

    /// <summary>Added by the model's makers as plain text: always matched literally.</summary>
    Added,

    /// <summary>Padding of the vocabulary; never made from text.</summary>
    Unused,
}

/// <summary>How text is cut into words before merging.</summary>
internal enum PreTokenization
{
    /// <summary>GPT-2's pattern.</summary>
    Gpt2,

    /// <summary>Each digit by itself, then GPT-2's pattern on what is between.</summary>
    SmolLm,

    /// <summary>Llama 3's pattern: up to three digits together, line breaks with the punctuation before them.</summary>
    Llama3,
}

/// <summary>The tables of a byte-level BPE tokenizer as a model file has them, not yet checked against each other.</summary>
/// <param name="File">Where they come from, for errors.</param>
/// <param name="Tokens">Text of each id; null where the file has no token of that id.</param>
/// <param name="Kinds">Kind of each id; as long as <paramref name="Tokens"/>.</param>
/// <param name="Merges">"left right" in the byte alphabet, the most urgent first.</param>
/// <param name="Split">How words are cut.</param>
/// <param name="WholeWords">Whether a word that is a token is that token, whatever the merges say.</param>
internal sealed record TokenizerTables(string File, string?[] Tokens, TokenKind[] Kinds, string[] Merges, PreTokenization Split, bool WholeWords);
