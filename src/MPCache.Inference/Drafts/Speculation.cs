namespace MPCache.Inference;

/// <summary>What a pass runs, and what stays of it, where drafts are verified.</summary>
/// <param name="Drafter">Who guesses; null for one token a pass.</param>
/// <param name="Most">Guesses of a pass at most.</param>
/// <param name="Always">Fills up passes with tokens that nobody guessed, so that their rows do not tell whether anything was.</param>
public sealed record Speculation(IDrafter? Drafter, int Most, bool Always)
{
    /// <summary>A pass's tokens: the text's last, which no pass has run yet, then guesses.</summary>
    /// <param name="text">Prompt and generated tokens.</param>
    /// <param name="left">Tokens that are still wanted, at least 1: a pass gives as many as it has rows at most.</param>
    public int[] Rows(IReadOnlyList<int> text, int left)
    {
        int most = Drafter is null ? 0 : Math.Min(Most, left - 1);
        int[] drafts = most > 0 ? Drafter!.Draft(text, most) : [];
        return [text[^1], .. drafts, .. Enumerable.Repeat(text[^1], Always ? most - drafts.Length : 0)];
    }

    /// <summary>
    /// Rows that stay: the first, and each whose token is what the row before it chose. Their choices are the text's next tokens, exactly
    /// those of a run without guesses, since each row saw no other tokens than there.
    /// </summary>
    public static int Kept(ReadOnlySpan<int> rows, ReadOnlySpan<int> choices)
    {
        int kept = 1;
        while (kept < rows.Length && rows[kept] == choices[kept - 1])
        {
            kept++;
        }

        return kept;
    }
}
