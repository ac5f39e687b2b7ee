using System.Collections.Immutable;

namespace MPCache.Models;

/// <summary>Text to tokens and back. Implementations may be used from several threads at once.</summary>
public interface ITextTokenizer
{
    /// <summary>Number of token ids, 0 to this minus 1; may be less than the embedding's rows.</summary>
    int Count { get; }

    /// <summary>The token that a plain text begins with; null where the model wants none.</summary>
    int? BeginToken { get; }

    /// <summary>Tokens that end a text or a turn, ascending: what a client stops at. They come from the tokenizer that the client holds,
    /// not from a peer.</summary>
    ImmutableArray<int> EndTokens { get; }

    /// <summary>Tokens of a text. Nothing is put before or after it: see <see cref="ModelFile.Prompt"/>. In a byte-level vocabulary the
    /// time grows with the square of the longest word (a second for 100,000 letters without a space), so text from strangers wants a limit
    /// on its length first.</summary>
    /// <param name="text">Any text; halves of surrogate pairs become U+FFFD. Bytes that the vocabulary lacks are left out.</param>
    /// <param name="special">Whether control tokens written out in the text (such as <c>&lt;|im_end|&gt;</c>) become those tokens. False
    /// for what a user typed.</param>
    int[] Encode(string text, bool special = false);

    /// <summary>Tokens of a prompt that is partly a chat template's and partly a user's.</summary>
    int[] Encode(IReadOnlyList<PromptPart> parts);

    /// <summary>The text of tokens as they stand inside a longer text: the space that a SentencePiece vocabulary puts before a first word
    /// is kept. Control tokens are written out. Bytes that are not UTF-8 become U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative. One beyond <see cref="Count"/> is an empty text.</exception>
    string Decode(ReadOnlySpan<int> ids);

    /// <summary>The token written exactly so, control tokens included; null where there is none.</summary>
    int? Find(string token);

    /// <summary>A decoder for tokens that arrive one by one.</summary>
    TokenStream NewStream();
}
