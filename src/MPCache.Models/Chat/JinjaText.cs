using System.Text;
using System.Text.RegularExpressions;

namespace MPCache.Models.Chat;

/// <summary>A template's text in one spelling, so that its expressions can be compared.</summary>
internal static partial class JinjaText
{
    /// <summary>The text without comments and without white space around the words of its tags; strings are in single quotes with their
    /// escapes undone, and <c>message.role</c> is <c>message['role']</c>. A text that ends inside a comment or a string ends
    /// there.</summary>
    public static string Dense(string template)
    {
        var result = new StringBuilder(template.Length);
        bool inTag = false;
        for (int i = 0; i < template.Length; i++)
        {
            char c = template[i];
            bool opens = c == '{' && i + 1 < template.Length;
            if (!inTag && opens && template[i + 1] == '#')
            {
                int end = template.IndexOf("#}", i + 2, StringComparison.Ordinal);
                if (end < 0)
                {
                    break;
                }

                i = end + 1;
            }
            else if (inTag && c is '\'' or '"')
            {
                int end = Closing(template, i);
                if (end < 0)
                {
                    break;
                }

                string said = template[(i + 1)..end].Replace("\\n", "\n").Replace("\\'", "'").Replace("\\\"", "\"");
                result.Append('\'').Append(said).Append('\'');
                i = end;
            }
            else if (!inTag || !char.IsWhiteSpace(c))
            {
                result.Append(c);
                inTag = inTag ? !(c == '}' && template[i - 1] is '}' or '%') : opens && template[i + 1] is '{' or '%';
            }
        }

        return Members().Replace(result.ToString(), "message['$1']").Replace("{{-", "{{");
    }

    /// <summary>Where the string that opens here ends; -1 where it does not.</summary>
    private static int Closing(string text, int open)
    {
        for (int i = open + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == text[open])
            {
                return i;
            }
        }

        return -1;
    }

    [GeneratedRegex(@"\bmessage\.(role|content)\b")]
    private static partial Regex Members();
}
