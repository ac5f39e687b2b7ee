using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MPCache.Models.Text;

/// <summary>
/// Cuts text into the words that merges stay inside. The patterns speak of Unicode characters while .NET matches UTF-16 units, so they run
/// on a shadow of the text in which each character beyond the basic plane is one unit of the same class.
/// </summary>
internal static partial class WordSplitter
{
    private const char ShadowCapital = '\u0181';
    private const char ShadowSmall = '\u0180';
    private const char ShadowLetter = '\u01BB';
    private const char ShadowMark = '\u0300';
    private const char ShadowNumber = '\u0660';
    private const char ShadowOther = '\u2500';

    /// <summary>Splits a text; the pieces in order make the text again.</summary>
    public static List<Range> Split(string text, PreTokenization how)
    {
        var (shadow, starts) = Shadow(text);
        var pieces = new List<Range> { ..shadow.Length };
        if (how == PreTokenization.SmolLm)
        {
            pieces = Cut(shadow, pieces, Number());
        }

        pieces = Cut(shadow, pieces, how switch
        {
            PreTokenization.Llama3 => Llama3(),
            PreTokenization.Qwen2 => Qwen2(),
            PreTokenization.Tekken => Tekken(),
            _ => Gpt2(),
        });
        return starts is null ? pieces : pieces.ConvertAll(p => starts[p.Start.Value]..starts[p.End.Value]);
    }

    [GeneratedRegex(@"\p{N}", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Gpt2();

    // Llama 3 and Qwen 2 ask for contractions in any case; the long s is an s in Unicode's case folding, and Hugging Face's engine takes
    // it for one.
    private const string AnyCaseContraction = @"'(?:[sS\u017F]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])";
    private const string WordOrMarks = @"[^\r\n\p{L}\p{N}]?\p{L}+";
    private const string MarksAndSpaces = @" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    [GeneratedRegex($@"{AnyCaseContraction}|{WordOrMarks}|\p{{N}}{{1,3}}|{MarksAndSpaces}", RegexOptions.CultureInvariant)]
    private static partial Regex Llama3();

    [GeneratedRegex($@"{AnyCaseContraction}|{WordOrMarks}|\p{{N}}|{MarksAndSpaces}", RegexOptions.CultureInvariant)]
    private static partial Regex Qwen2();

    [GeneratedRegex(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        + @"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Tekken();

    /// <summary>Cuts each piece at the matches of a pattern; what lies between matches is a piece, too. A pattern sees only its
    /// piece.</summary>
    private static List<Range> Cut(string text, List<Range> pieces, Regex pattern)
    {
        var result = new List<Range>();
        foreach (var piece in pieces)
        {
            var (begin, done, end) = (piece.Start.Value, piece.Start.Value, piece.End.Value);
            foreach (var match in pattern.EnumerateMatches(text.AsSpan(begin, end - begin)))
            {
                var at = begin + match.Index;
                if (at > done)
                {
                    result.Add(done..at);
                }

                done = at + match.Length;
                result.Add(at..done);
            }

            if (done < end)
            {
                result.Add(done..end);
            }
        }

        return result;
    }

    /// <summary>The shadow, and where each of its units begins in the text; null where the shadow is the text.</summary>
    private static (string Shadow, int[]? Starts) Shadow(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return (text, null);
        }

        var shadow = new StringBuilder(text.Length);
        var starts = new List<int>(text.Length + 1);
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            starts.Add(position);
            shadow.Append(rune.IsBmp ? (char)rune.Value : Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => ShadowCapital,
                UnicodeCategory.LowercaseLetter => ShadowSmall,
                UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => ShadowLetter,
                UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => ShadowMark,
                UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => ShadowNumber,
                _ => ShadowOther,
            });
            position += rune.Utf16SequenceLength;
        }

        starts.Add(position);
        return (shadow.ToString(), [.. starts]);
    }
}
