namespace MPCache.Models;

/// <summary>Text to tokens and back. Implementations may be used from several threads at once.</summary>
public interface ITextTokenizer
{
    /// <summary>Number of token ids, 0 to this minus 1; may be less than the embedding's rows.</summary>
    int Count { get; }

    /// <summary>Tokens of a text. Nothing is put before or after it: see <see cref="ModelFile.Prompt"/>. The time grows with the square of the
    /// longest word (a second for 100,000 letters without a space), so text from strangers wants a limit on its length first.</summary>
    /// <param name="text">Any text; halves of surrogate pairs become U+FFFD. Bytes that the vocabulary lacks are left out.</param>
    /// <param name="special">Whether control tokens written out in the text (such as <c>&lt;|im_end|&gt;</c>) become those tokens. False for
    /// what a user typed.</param>
    int[] Encode(string text, bool special = false);

    /// <summary>The text of tokens; control tokens are written out. Bytes that are not UTF-8 become U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative. One beyond <see cref="Count"/> is an empty text.</exception>
    string Decode(ReadOnlySpan<int> ids);

    /// <summary>The token written exactly so, control tokens included; null where there is none.</summary>
    int? Find(string token);

    /// <summary>A decoder for tokens that arrive one by one.</summary>
    TokenStream NewStream();
}
