using System.Collections.Immutable;

namespace MPCache.Models.Text;

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
