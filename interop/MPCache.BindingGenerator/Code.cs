using System.Text;

namespace MPCache.BindingGenerator;

/// <summary>Generated text: lines at a depth, broken at commas and operators where they are too long.</summary>
public sealed class Code
{
    private const int Widest = 140;
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>A line at the depth of the moment; an empty one has no spaces, and null is none.</summary>
    public Code Line(string? line = "")
    {
        if (line is null)
        {
            return this;
        }

        string indent = new(' ', 4 * _depth);
        string lead = indent;
        while (lead.Length + line.Length > Widest && Break(line, Widest - lead.Length) is int end and > 0)
        {
            _text.Append(lead).Append(line.AsSpan(0, end).TrimEnd()).Append('\n');
            line = line[end..];
            lead = indent + "    ";
        }

        _text.Append(line.Length == 0 ? "" : lead).Append(line).Append('\n');
        return this;
    }

    /// <summary>Where the rest of a line begins: behind a comma, or before an operator. 0 where there is no such place.</summary>
    private static int Break(string line, int room)
    {
        int comma = line.LastIndexOf(", ", room - 1, StringComparison.Ordinal);
        int sign = new[] { " + ", " ? ", " : " }.Max(text => line.LastIndexOf(text, room - 1, StringComparison.Ordinal));
        return comma > 0 ? comma + 2 : sign > 0 ? sign + 1 : 0;
    }

    /// <summary>Lines between braces, one level deeper.</summary>
    public Code Block(string head, Action body, string end = "}")
    {
        Line(head.Length == 0 ? null : head).Line("{");
        _depth++;
        body();
        _depth--;
        return Line(end);
    }

    /// <summary>Lines between braces, the first at the end of the head's line, as C has it in statements.</summary>
    public Code InlineBlock(string head, Action body, string end = "}")
    {
        Line(head + " {");
        _depth++;
        body();
        _depth--;
        return Line(end);
    }

    /// <summary>A comment of whole words: lines of one prefix.</summary>
    public Code Words(string prefix, string text)
    {
        StringBuilder line = new(prefix);
        int room = Widest - (4 * _depth);
        foreach (string word in text.Split(' '))
        {
            if (line.Length > prefix.Length && line.Length + 1 + word.Length > room)
            {
                Line(line.ToString());
                line.Clear().Append(prefix);
            }

            line.Append(line.Length == prefix.Length ? "" : " ").Append(word);
        }

        return Line(line.ToString());
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
