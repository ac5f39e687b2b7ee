namespace MPCache.Sessions;

/// <summary>A text that is shown as it grows and ends where one of some strings comes: what may begin one is held back.</summary>
/// <param name="stops">The strings, none of them empty.</param>
public sealed class StopText(IReadOnlyList<string> stops)
{
    private string _held = "";

    /// <summary>Whether one of the strings has come; nothing is shown after it.</summary>
    public bool Found { get; private set; }

    /// <summary>Place of the first of the strings in a text, or -1.</summary>
    public static int Find(string text, IReadOnlyList<string> stops) =>
        stops.Select(s => text.IndexOf(s, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();

    /// <summary>What may be shown once this came too.</summary>
    public string Add(string piece)
    {
        if (Found)
        {
            return "";
        }

        string text = _held + piece;
        int end = Find(text, stops);
        Found = end >= 0;
        end = Found ? end : Enumerable.Range(0, text.Length + 1).First(at => at == text.Length || MayBegin(text.AsSpan(at)));
        _held = Found ? "" : text[end..];
        return text[..end];
    }

    /// <summary>The rest, when the text has ended without any of them.</summary>
    public string Finish()
    {
        string rest = _held;
        _held = "";
        return rest;
    }

    private bool MayBegin(ReadOnlySpan<char> tail)
    {
        foreach (string stop in stops)
        {
            if (stop.AsSpan().StartsWith(tail, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
