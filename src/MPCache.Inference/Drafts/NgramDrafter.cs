namespace MPCache.Inference;

/// <summary>
/// Guesses that what followed the same last tokens earlier in the text, the prompt included, follows them again (prompt look-up decoding,
/// Saxena, 2023). The longest such run of tokens counts, of equals the latest.
/// </summary>
public sealed class NgramDrafter : IDrafter
{
    private const int Shortest = 2, Longest = 16;

    /// <inheritdoc/>
    public int[] Draft(IReadOnlyList<int> text, int most)
    {
        int best = Shortest - 1, from = -1;
        for (int end = text.Count - 1; end >= Shortest && best < Longest; end--)
        {
            int same = 0;
            while (same < Math.Min(end, Longest) && text[end - 1 - same] == text[text.Count - 1 - same])
            {
                same++;
            }

            (best, from) = same > best ? (same, end) : (best, from);
        }

        int[] drafts = new int[from < 0 ? 0 : most];
        for (int i = 0; i < drafts.Length; i++)
        {
            // What repeats itself goes on into the guesses.
            drafts[i] = from + i < text.Count ? text[from + i] : drafts[from + i - text.Count];
        }

        return drafts;
    }
}
