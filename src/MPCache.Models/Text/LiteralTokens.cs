namespace MPCache.Models.Text;

/// <summary>Finds tokens written out in a text, leftmost first and the longest of those that begin at one place, with the white space that
/// they swallow.</summary>
internal sealed class LiteralTokens
{
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<char, int[]> lengths;
    private readonly IReadOnlySet<int> stripAfter;

    /// <param name="tokens">Tokens and their texts.</param>
    /// <param name="stripAfter">Tokens that swallow the white space after them.</param>
    public LiteralTokens(IEnumerable<(string Text, int Id)> tokens, IReadOnlySet<int> stripAfter)
    {
        this.stripAfter = stripAfter;
        foreach (var (text, id) in tokens)
        {
            ids.TryAdd(text, id);
        }

        lengths = ids.Keys.GroupBy(t => t[0]).ToDictionary(g => g.Key, g => g.Select(t => t.Length).Distinct().OrderDescending().ToArray());
    }

    public int? Find(string token) => ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>Cuts a text at the tokens in it: an id where a token is, null for the text between.</summary>
    public IEnumerable<(int? Id, Range Range)> Split(string text)
    {
        var done = 0;
        for (var at = 0; at < text.Length;)
        {
            var (id, length) = Match(text.AsSpan(at));
            if (length == 0)
            {
                at++;
                continue;
            }

            if (at > done)
            {
                yield return (null, done..at);
            }

            while (stripAfter.Contains(id) && at + length < text.Length && char.IsWhiteSpace(text[at + length]))
            {
                length++;
            }

            yield return (id, at..(at + length));
            done = at += length;
        }

        if (done < text.Length)
        {
            yield return (null, done..text.Length);
        }
    }

    private (int Id, int Length) Match(ReadOnlySpan<char> text)
    {
        if (!lengths.TryGetValue(text[0], out var candidates))
        {
            return default;
        }

        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var length in candidates)
        {
            if (length <= text.Length && lookup.TryGetValue(text[..length], out var id))
            {
                return (id, length);
            }
        }

        return default;
    }
}
