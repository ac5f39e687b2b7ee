namespace MPCache.Models.Text;

/// <summary>How a token may come out of a text.</summary>
internal enum TokenKind
{
    /// <summary>Made by merges.</summary>
    Text,

    /// <summary>Control token: matched literally, and only where the caller allows it.</summary>
    Special,

    /// <summary>Added by the model's makers as plain text: always matched literally.</summary>
    Added,

    /// <summary>Padding of the vocabulary; never made from text.</summary>
    Unused,

    /// <summary>One byte of a SentencePiece vocabulary, written &lt;0x41&gt;, for characters that have no token.</summary>
    Byte,
}
