namespace MPCache.Bench;

/// <summary>A prompt that hangs on one planted line.</summary>
/// <param name="Name">Kind, number and length, for reports.</param>
/// <param name="Text">The whole prompt, without beginning-of-text token or chat template.</param>
/// <param name="Answer">The value that the planted line gives.</param>
/// <param name="Tokens">Its length by the counter that the suite was made with.</param>
/// <param name="Depth">Where the planted line stands, 0 (first) to 1 (last before the question), by tokens.</param>
/// <param name="Verbatim">True where the answer is the text that goes on, word by word, and not a number.</param>
internal sealed record RecallPrompt(string Name, string Text, string Answer, int Tokens, double Depth, bool Verbatim = false)
{
    /// <summary>
    /// True when the first number on the first line of <paramref name="completion"/> that says anything is the answer, digit by digit:
    /// <c>The seal of Tamar is 48213.</c> and <c>48213</c> answer 48213; <c>482130</c> and <c>48214, no, 48213</c> do not.
    /// </summary>
    public bool IsAnsweredBy(string completion)
    {
        if (Verbatim)
        {
            return completion.TrimStart().StartsWith(Answer, StringComparison.Ordinal);
        }

        string line = completion.Split('\n').FirstOrDefault(l => !string.IsNullOrWhiteSpace(l)) ?? "";
        IEnumerable<char> number = line.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit);
        return number.SequenceEqual(Answer);
    }
}
